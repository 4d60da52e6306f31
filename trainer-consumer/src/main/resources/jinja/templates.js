// What Java calls: parse a template once, render it often, name the line of an error. The template
// language itself is in huggingface-jinja-0.5.11.js, which must have been loaded as `jinja`.
var templates = (function () {
  var OPTIONS = { trim_blocks: true, lstrip_blocks: true };

  // A template comes with a model, so it may be anybody's: no value may grow beyond this.
  var LARGEST = 4000000;

  function large(size) {
    return new Error("a value of " + size + " elements or characters; at most " + LARGEST + " are allowed");
  }

  var repeat = String.prototype.repeat;
  String.prototype.repeat = function (count) {
    if (this.length * count > LARGEST) {
      throw large(this.length * count);
    }
    return repeat.call(this, count);
  };

  // Where the library writes or trims as JavaScript does, templates expect Python.
  var SPACE = "\t\n\x0b\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006" +
      "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
  var STRIPS = { strip: [true, true], lstrip: [true, false], rstrip: [false, true] };

  function stripped(text, characters, sides) {
    var begin = 0;
    var end = text.length;
    while (sides[0] && begin < end && characters.indexOf(text.charAt(begin)) >= 0) {
      begin++;
    }
    while (sides[1] && end > begin && characters.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(begin, end);
  }

  String.prototype.trim = function () { return stripped(String(this), SPACE, STRIPS.strip); };
  String.prototype.trimStart = function () { return stripped(String(this), SPACE, STRIPS.lstrip); };
  String.prototype.trimEnd = function () { return stripped(String(this), SPACE, STRIPS.rstrip); };

  var StringValue = new jinja.Environment().set("text", "").constructor;
  var BooleanValue = new jinja.Environment().set("flag", true).constructor;
  BooleanValue.prototype.toString = function () { return this.value ? "True" : "False"; };

  function written(value) {
    return value.type === "NullValue" ? "None" : value.type === "UndefinedValue" ? "" : value.toString();
  }

  // a ~ b of anything, and text.strip(characters); null for any other node, which the library evaluates.
  function asPython(interpreter, node, scope) {
    if (!node) {
      return null;
    }
    if (node.type === "BinaryExpression" && node.operator.value === "~") {
      var left = written(interpreter.evaluate(node.left, scope));
      return new StringValue(left + written(interpreter.evaluate(node.right, scope)));
    }
    var callee = node.callee;
    if (node.type === "CallExpression" && node.args.length === 1 && callee.type === "MemberExpression"
        && !callee.computed && STRIPS.hasOwnProperty(callee.property.value)) {
      var object = interpreter.evaluate(callee.object, scope);
      var characters = interpreter.evaluate(node.args[0], scope);
      if (object.type === "StringValue" && characters.type === "StringValue") {
        return new StringValue(stripped(object.value, characters.value, STRIPS[callee.property.value]));
      }
    }
    return null;
  }

  function range(start, stop, step) {
    var first = stop === undefined ? 0 : start;
    var last = stop === undefined ? start : stop;
    var stride = step === undefined ? 1 : step;
    var length = Math.max(0, Math.ceil((last - first) / stride));
    if (stride === 0 || length > LARGEST) {
      throw stride === 0 ? new Error("range() step must not be zero") : large(length);
    }
    var values = [];
    for (var i = 0; i < length; i++) {
      values.push(first + i * stride);
    }
    return values;
  }

  function environment(variables, strftime) {
    var raised = { message: null };
    var globals = {
      "true": true, "false": false, none: null, True: true, False: false, None: null,
      range: range,
      strftime_now: strftime,
      raise_exception: function (message) {
        raised.message = String(message);
        throw new Error(raised.message);
      }
    };
    for (var name in variables) {
      globals[name] = variables[name];
    }
    var env = new jinja.Environment();
    for (var global in globals) {
      if (env.variables.has(global)) {
        env.variables["delete"](global); // ours wins over the library's of that name
      }
      env.set(global, globals[global]);
    }
    return { env: env, raised: raised };
  }

  function linesOf(source) {
    return source.split("\n");
  }

  // Number of tokens in the first lines, or -1 when they end inside a string or a comment.
  function tokensIn(lines, count) {
    try {
      return jinja.tokenize(lines.slice(0, count).join("\n"), OPTIONS).length;
    } catch (e) {
      return -1;
    }
  }

  // The first number of lines that is enough, found by halving.
  function firstLine(lines, enough) {
    var low = 1;
    var high = lines.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (enough(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  function lineOfToken(lines, index) {
    return firstLine(lines, function (count) {
      var upTo = count;
      var tokens = tokensIn(lines, upTo);
      while (tokens < 0 && upTo < lines.length) {
        tokens = tokensIn(lines, ++upTo);
      }
      return tokens > index;
    });
  }

  // Tokens that remember how far they were read.
  function watched(tokens) {
    var list = { length: tokens.length, furthest: 0 };
    tokens.forEach(function (token, i) {
      Object.defineProperty(list, i, {
        get: function () {
          list.furthest = Math.max(list.furthest, i);
          return token;
        }
      });
    });
    return list;
  }

  function lineOfSyntaxError(source) {
    var lines = linesOf(source);
    if (tokensIn(lines, lines.length) < 0) {
      return firstLine(lines, function (count) { return tokensIn(lines, count) < 0; });
    }
    var tokens = watched(jinja.tokenize(source, OPTIONS));
    try {
      jinja.parse(tokens);
    } catch (e) {
      return lineOfToken(lines, tokens.furthest);
    }
    return 0;
  }

  // The leaves of a syntax tree in the order of the source.
  function leaves(node, found) {
    if (node instanceof Map) {
      node.forEach(function (value, key) { leaves(key, found); leaves(value, found); });
    } else if (Array.isArray(node)) {
      node.forEach(function (member) { leaves(member, found); });
    } else if (node && typeof node === "object" && !(node.value === undefined && node.type === undefined)) {
      if (/^(Identifier|StringLiteral|IntegerLiteral|FloatLiteral)$/.test(node.type)) {
        found.push(node);
      } else if (node.type === "Ternary") {
        leaves([node.trueExpr, node.condition, node.falseExpr], found);
      } else if (node.type === "CallStatement") {
        leaves([node.callerArgs, node.call, node.body], found);
      } else {
        for (var key in node) {
          leaves(node[key], found);
        }
      }
    }
    return found;
  }

  // Tokens carry no position and nodes carry no token, but both are in the order of the source.
  function lineOf(template, node) {
    var wanted = leaves(node, [])[0];
    var tokens = jinja.tokenize(template.source, OPTIONS);
    var all = leaves(template.program, []);
    var at = -1;
    for (var i = 0; i < all.length; i++) {
      do {
        at++;
      } while (at < tokens.length && tokens[at].value !== String(all[i].value));
      if (all[i] === wanted) {
        return lineOfToken(linesOf(template.source), at);
      }
    }
    return 0;
  }

  function interpreter(env, run) {
    var result = new jinja.Interpreter(env);
    var evaluate = result.evaluate;
    result.evaluate = function (node, scope) {
      try {
        var value = asPython(result, node, scope) || evaluate.call(result, node, scope);
        var size = value && value.value ? value.value.length : 0;
        if (size > LARGEST) {
          throw large(size);
        }
        return value;
      } catch (e) {
        if (e instanceof Error) { // not a break or continue; the innermost node fails first
          run.failed = run.failed || node;
        }
        throw e;
      }
    };
    return result;
  }

  return {
    parse: function (source) {
      return { source: source, program: jinja.parse(jinja.tokenize(source, OPTIONS)) };
    },
    lineOfSyntaxError: lineOfSyntaxError,
    // Gives {text} or, when the template fails, {error, line, raised}.
    render: function (template, variables, strftime) {
      var run = { failed: null };
      var context = environment(JSON.parse(variables), strftime);
      try {
        return { text: String(interpreter(context.env, run).run(template.program).value) };
      } catch (e) {
        return {
          error: context.raised.message !== null ? context.raised.message : String(e && e.message || e),
          line: run.failed ? lineOf(template, run.failed) : 0,
          raised: context.raised.message !== null
        };
      }
    }
  };
})();
