package dev.alluvium.trainer.release;

import java.time.Instant;

/**
 * What answers, as applications and routers read it.
 *
 * @param model name to ask servers for
 * @param version such as {@code v000012}, or {@code base}
 * @param since when it took the place of what answered before
 */
public record Published(String model, String version, Instant since) {}
