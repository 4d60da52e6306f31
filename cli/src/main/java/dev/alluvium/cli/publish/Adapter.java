package dev.alluvium.cli.publish;

/**
 * A version as servers know it.
 *
 * @param version such as {@code v000012}
 * @param model name it is served under
 * @param directory where servers see it
 */
record Adapter(String version, String model, String directory) {}
