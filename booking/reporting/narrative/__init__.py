"""The paragraphs of the report: sentences in six languages whose figures are counted, that desks edit and two sign."""
