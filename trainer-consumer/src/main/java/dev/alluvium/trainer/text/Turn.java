package dev.alluvium.trainer.text;

/** An earlier exchange of a conversation: what the user said and what was answered. */
public record Turn(String user, String assistant) {}
