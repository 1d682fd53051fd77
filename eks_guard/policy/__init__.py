"""The policy language: loads questions, asks them of subjects, and answers in three values."""
