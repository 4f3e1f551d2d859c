"""The wording of mails: what the desk may write itself, how it is checked, kept and put into a letter.

A letter is made of parts with words and of blocks with facts. Words have a shipped text in every locale, which the
installation or a station may replace; facts (times, places, links, calendars) stand in the templates, so that no
wording can lose them.
"""
