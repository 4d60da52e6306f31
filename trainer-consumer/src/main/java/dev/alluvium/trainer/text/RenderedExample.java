package dev.alluvium.trainer.text;

/**
 * A conversation with its answer, as the text a model is trained on.
 *
 * @param text everything, also what the template writes after the answer
 * @param answerBegin first character that the model writes itself; what is before is the prompt
 * @param answerEnd the character after the response; the token that ends the turn follows
 */
public record RenderedExample(String text, int answerBegin, int answerEnd) {}
