/** Judges multiple choice by letter or by the choice's text. */
@NullMarked
package dev.alluvium.judges.choice;

import org.jspecify.annotations.NullMarked;
