package dev.alluvium.trainer.text.jinja;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JinjaTemplateTest {
  private static final Instant TIME = Instant.parse("2024-07-06T13:04:05Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%d %b %Y | 06 Jul 2024",
        "%Y-%m-%d | 2024-07-06",
        "%A, %B %-d, %H:%M:%S %% | Saturday, July 6, 13:04:05 %",
        "%I:%M %p %j %y %a | 01:04 PM 188 24 Sat"
      })
  void writesTheRecordsTimeAsPythonDoes(String format, String expected) {
    assertThat(render("{{ strftime_now('" + format + "') }}")).isEqualTo(expected);
  }

  @Test
  void variablesAreTextNumbersListsNoneAndUndefined() {
    JinjaTemplate template =
        JinjaTemplate.parse(
            "t",
            "{{ a ~ b[1] }}{% if c is none %} none{% endif %}{{ 'yes' if d is defined else 'no' }}");
    Map<String, Object> variables = new HashMap<>(Map.of("a", "x\"\n", "b", List.of(1, 2)));
    variables.put("c", null);
    assertThat(template.render(variables, TIME)).isEqualTo("x\"\n2 noneno");
  }

  @Test
  void stripsAsPythonDoes() {
    assertThat(
            render(
                "[{{ ' \\n x \\n'.strip('\\n') }}|{{ 'xxaxx'.rstrip('x') }}|{{ '..a'.lstrip('.') }}]"))
        .isEqualTo("[ \n x |xxa|a]");
    assertThat(render("[{{ '\u0085\ufeff a\u001f' | trim }}]")).isEqualTo("[\ufeff a]");
  }

  @Test
  void leavesALoopEarly() {
    assertThat(
            render(
                "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}"
                    + "{% if i > 3 %}{% break %}{% endif %}{{ i }}{% endfor %}"))
        .isEqualTo("023");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2 | \"a\n{% if x %}b\nc\"",
        "3 | \"a\nb\n{{ x ! y }}\"",
        "2 | \"a\n{# open\nb\nc\"",
        "3 | \"a\n{% set x = 1 %}\n{% nonsense %}\nb\"",
        "2 | \"a\n{{ x | nosuchfilter }}\nb\"",
        "4 | \"{% for i in range(3) %}\n{% if i %}{% continue %}{% endif %}\n{% endfor %}\n{{ none + 1 }}\"",
        "3 | \"{% macro m(a) %}\na\n{{ a | nosuch }}\n{% endmacro %}\n{{ m('a' if x else 'b') }}\""
      })
  void saysInWhichFileAndLineATemplateIsWrong(int line, String source) {
    assertThatThrownBy(() -> JinjaTemplate.parse("dir/chat.jinja", source).render(Map.of(), TIME))
        .isInstanceOf(JinjaException.class)
        .hasMessageMatching("(?s)dir/chat\\.jinja line " + line + ": .+");
  }

  @Test
  void passesOnWhatATemplateRaises() {
    assertThatThrownBy(() -> render("\n{{ raise_exception('Roles must alternate!') }}"))
        .isInstanceOf(JinjaException.class)
        .hasMessage("t line 2: Roles must alternate!");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{% set ns = namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s"
            + " %}{% endfor %}{{ ns.s }} # at most 4000000",
        "{{ range(1000000000) }} # at most 4000000",
        "{{ 'a' | indent(2000000000, true) }} # at most 4000000",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }} # too deeply",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %} # not end"
      })
  void stopsWhatWouldNotEnd(String source, String why) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining(why);
    assertThat(render("still {{ 'here' }}")).isEqualTo("still here");
  }

  @Test
  void aTemplateReachesNothingOutsideItself() {
    assertThat(render("{{ java is defined or Packages is defined or jinja is defined }}"))
        .isEqualTo("False");
    assertThat(render("{{ ''.constructor is defined or {}.__proto__ is defined }}"))
        .isEqualTo("False");
  }

  @Test
  void severalThreadsRenderTheSameTemplate() {
    JinjaTemplate template =
        JinjaTemplate.parse("t", "{% for i in range(n) %}{{ i }},{% endfor %}");
    List<Integer> sizes = IntStream.range(0, 200).boxed().toList();
    List<String> texts =
        sizes.parallelStream().map(n -> template.render(Map.of("n", n), TIME)).toList();
    for (int n : sizes) {
      assertThat(texts.get(n))
          .isEqualTo(IntStream.range(0, n).mapToObj(i -> i + ",").collect(joining()));
    }
  }

  private static String render(String source) {
    return JinjaTemplate.parse("t", source).render(Map.of(), TIME);
  }
}
