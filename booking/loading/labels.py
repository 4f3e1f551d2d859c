"""Readable English labels for the codes of vocabularies that files bring along."""

LABELS = {
    "unit": {
        "visitors-service": "Visitors Service",
        "education-outreach": "Education Outreach",
        "library": "Library",
        "academic-impact": "Academic Impact",
        "holocaust-programme": "Holocaust and the United Nations Outreach Programme",
        "slavery-programme": "Remember Slavery Programme",
        "creative-community": "Creative Community Outreach",
        "ngo-liaison": "NGO Liaison",
    },
    "audience": {
        "adults": "Adults",
        "children": "Children, 5 to 12",
        "secondary": "Secondary schools, 13 to 18",
        "university": "Universities",
        "educators": "Teachers and educators",
        "mixed": "All ages and groups",
        "dignitaries": "Official delegations",
        "general-public": "General public",
        "professionals": "Professionals",
    },
    "theme": {
        "creative-community": "Storytelling and film",
        "counter-terrorism": "Counter-terrorism",
        "holocaust-remembrance": "Remembrance of the Holocaust",
        "human-rights-racism-xenophobia": "Human rights: racism and xenophobia",
        "model-un": "Model United Nations",
        "on-request": "A topic of your choice",
        "peace-and-security": "Peace and security",
        "slavery-remembrance": "Remembrance of slavery",
        "sustainable-development-goals": "Sustainable Development Goals",
        "un-documentation": "United Nations documents",
        "un75": "75 years of the United Nations",
        "united-nations-general": "The United Nations in general",
    },
}
"""Labels of the codes known so far; another code is read out of its own words."""


def label(vocabulary: str, code: str) -> str:
    """The label of a code; "gender-equality" that nobody named is "Gender equality"."""
    named = LABELS.get(vocabulary, {}).get(code)
    if named:
        return named
    words = " ".join(code.replace("-", " ").split())
    return words[:1].upper() + words[1:]
