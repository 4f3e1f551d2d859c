"""Forget what is due, and what somebody asks to have erased."""
