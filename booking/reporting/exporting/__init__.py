"""Attendance written to files: a row for each event and group, as CSV, JSON Lines or a workbook."""
