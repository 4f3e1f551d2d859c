"""From what queries and services answered to what pages show, in the reader's language. Reads nothing itself."""
