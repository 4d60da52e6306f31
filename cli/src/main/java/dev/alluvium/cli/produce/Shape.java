package dev.alluvium.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The shapes of instruction data in use; each is turned into our own. */
enum Shape {
  /** {@code {"instruction", "response", ...}}: ours. */
  OWN("own") {
    @Override
    boolean fits(ObjectNode object) {
      return object.has("instruction") && object.has("response");
    }

    @Override
    ObjectNode toOwn(ObjectNode object) {
      return object;
    }
  },
  /** {@code {"instruction", "input", "output"}}, optionally {@code system} and {@code history}. */
  ALPACA("alpaca") {
    @Override
    boolean fits(ObjectNode object) {
      return object.has("instruction") && object.has("output");
    }

    @Override
    ObjectNode toOwn(ObjectNode object) throws Malformed {
      ObjectNode own = object.deepCopy();
      JsonNode input = own.remove("input");
      if (input != null && !input.asText().isBlank()) {
        own.set("context", input);
      }
      own.set("response", own.remove("output"));
      Turns.fromAlpaca(own);
      return own;
    }
  },
  /** {@code {"conversations": [{"from", "value"}]}}. */
  SHAREGPT("sharegpt") {
    @Override
    boolean fits(ObjectNode object) {
      return object.path("conversations").isArray();
    }

    @Override
    ObjectNode toOwn(ObjectNode object) throws Malformed {
      return Turns.toOwn(object, "conversations", "from", "value");
    }
  },
  /** {@code {"messages": [{"role", "content"}]}}. */
  MESSAGES("messages") {
    @Override
    boolean fits(ObjectNode object) {
      return object.path("messages").isArray();
    }

    @Override
    ObjectNode toOwn(ObjectNode object) throws Malformed {
      return Turns.toOwn(object, "messages", "role", "content");
    }
  };

  private final String label;

  Shape(String label) {
    this.label = label;
  }

  /** True when the object has the members of this shape. */
  abstract boolean fits(ObjectNode object);

  /** The same pair in our own shape. */
  abstract ObjectNode toOwn(ObjectNode object) throws Malformed;

  /** The first shape an object fits, if it fits any. */
  static Optional<Shape> of(ObjectNode object) {
    for (Shape shape : values()) {
      if (shape.fits(object)) {
        return Optional.of(shape);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return label;
  }
}
