package dev.alluvium.streams.watch.fold;

import dev.alluvium.streams.config.WatchSettings;
import java.util.*;
import java.util.stream.*;

final class Explore {
  static final Set<String> MIX = Set.of("arrived_mix");
  static final Set<String> SHARE = Set.of("arrived_share");
  static final Set<String> BOTH = Set.of("arrived_mix", "arrived_share");

  public static void main(String[] args) {
    int seeds = Integer.parseInt(args[0]);
    double fa = Double.parseDouble(args[1]), shift = Double.parseDouble(args[2]);
    WatchSettings d = WatchSettings.defaults();
    WatchSettings s = new WatchSettings(true, d.reference(), 0, 0, d.minReference(), d.recent(), d.minExamples(), fa, shift, d.minEffect(), d.minChange(), d.lengthRatio(), d.planGap(), d.clearAfter());
    Map<String, double[]> mixes = new LinkedHashMap<>();
    mixes.put("5x.2", new double[] {.2, .2, .2, .2, .2});
    mixes.put("4x.25", new double[] {.25, .25, .25, .25});
    mixes.put("3x.33", new double[] {.34, .33, .33});
    mixes.put("2x.5", new double[] {.5, .5});
    mixes.put("10x.1", new double[] {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1});
    mixes.put("skew", new double[] {.4, .3, .15, .1, .04, .01});
    long t0 = System.nanoTime();
    for (var e : mixes.entrySet()) {
      double[] mix = e.getValue();
      var kinds = new ConcurrentHashMapCounter();
      long any = IntStream.range(0, seeds).parallel().filter(seed -> {
        Watched w = new Watched(1000 + seed, mix.length, s);
        w.flow.shares = mix;
        w.flow.windows(200);
        Set<String> k = w.events.stream().filter(x -> x.alarm().getEvent().name().equals("ALARM")).map(x -> x.alarm().getKind()).collect(Collectors.toSet());
        k.forEach(kinds::add);
        return !k.isEmpty();
      }).count();
      int[] skills = {0, mix.length - 1};
      StringBuilder sb = new StringBuilder();
      for (int skill : skills) {
        int[][] hit = new int[3][4];
        Object lock = new Object();
        IntStream.range(0, seeds).parallel().forEach(seed -> {
          Watched w = new Watched(5000 + seed, mix.length, s);
          w.flow.shares = mix;
          w.flow.windows(60);
          w.events.clear();
          w.flow.shares = Flow.shifted(mix, skill, .1);
          w.flow.windows(3);
          synchronized (lock) {
            int i = 0;
            for (Set<String> k : List.of(MIX, SHARE, BOTH)) {
              long f = w.firstAlarm(k).orElse(1000) - 60;
              for (int n = 1; n <= 3; n++) if (f <= n) hit[i][n]++;
              i++;
            }
          }
        });
        sb.append(String.format(" | s%d(%.2f) within3 mix %.3f share %.3f both %.3f (2: %.3f)", skill, mix[skill], hit[0][3] / (double) seeds, hit[1][3] / (double) seeds, hit[2][3] / (double) seeds, hit[2][2] / (double) seeds));
      }
      System.out.printf("%s: false %.4f %s%s%n", e.getKey(), any / (double) seeds, kinds.m, sb);
    }
    System.out.println((System.nanoTime() - t0) / 1e9 + " s");
  }

  static final class ConcurrentHashMapCounter {
    final Map<String, Integer> m = new TreeMap<>();
    synchronized void add(String k) { m.merge(k, 1, Integer::sum); }
  }
}
