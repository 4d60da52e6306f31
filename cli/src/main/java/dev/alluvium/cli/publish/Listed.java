package dev.alluvium.cli.publish;

/**
 * A model that a server lists.
 *
 * @param id name to ask for it by
 * @param parent name of its base model; empty for a base model
 * @param root directory it was loaded from; empty when the server does not say
 */
record Listed(String id, String parent, String root) {
  boolean isBase() {
    return parent.isEmpty();
  }
}
