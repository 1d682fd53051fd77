"""What texts are made of, under the name by which the resolver knows it."""

from eks_guard.assembly.following.texts import MAX_TEXT, TEXTS, as_text, parts_of, split_sub, text_of, whole_text_of

__all__ = ["MAX_TEXT", "TEXTS", "as_text", "parts_of", "split_sub", "text_of", "whole_text_of"]
