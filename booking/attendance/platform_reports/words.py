"""The words of reports: headings, actions and roles as platforms write them, in five languages.

English, German, French, Spanish and Portuguese. A heading that is not listed is passed over; where one is missing that
is needed, the refusal names it.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from booking.attendance.platform_reports.terms import Reason

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GUEST = re.compile(r" \((?:guest|gast|invité|invitée|invité\(e\)|invitado|convidado|unverified|nicht überprüft)\)$")


def folded(text: str) -> str:
    """The text as words are compared: NFC, case folded, one blank between words, nothing unseen."""
    if text.isascii():
        return " ".join(text.split()).lower()
    plain = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", " ".join(plain.split()).casefold())


def without_guest(name: str) -> str:
    """A folded name without the word for a guest that Teams puts behind it."""
    return _GUEST.sub("", name)


class Field(StrEnum):
    """What a column or a line of a summary holds; the value is how it is called in a refusal."""

    NAME = "name"
    EMAIL = "e-mail"
    UPN = "participant id"
    ROLE = "role"
    ACTION = "action"
    AT = "time stamp"
    JOIN = "join time"
    LEAVE = "leave time"
    DURATION = "duration"
    TOTAL = "total duration"
    GUEST = "guest"
    WAITING = "in waiting room"
    ATTENDED = "attended"
    REGISTERED = "registration time"
    SESSION = "session"
    TITLE = "title"
    MEETING_ID = "meeting id"
    START = "start time"
    END = "end time"
    PEOPLE = "number of participants"
    HOST = "host"
    GENERATED = "report generated"


_HEADINGS: Mapping[Field, tuple[str, ...]] = {
    Field.NAME: (
        *("full name", "fullname", "name", "user name", "name (original name)", "user name (original name)"),
        *("vollständiger name", "benutzername (originalname)", "name (originalname)"),
        *("nom complet", "nom", "nom (nom d'origine)", "nom d'utilisateur (nom d'origine)"),
        *("nombre completo", "nombre", "nombre (nombre original)", "nombre de usuario (nombre original)"),
        *("nome completo", "nome", "nome (nome original)"),
    ),
    Field.EMAIL: (
        *("email", "e-mail", "user email", "email address", "e-mail-adresse", "benutzer-e-mail", "adresse e-mail"),
        *("courriel", "e-mail de l'utilisateur", "correo electrónico", "correo electrónico del usuario"),
        *("endereço de email", "e-mail do usuário"),
    ),
    Field.UPN: (
        *("participant id (upn)", "participantid", "teilnehmer-id (upn)", "id du participant (upn)"),
        *("id de participant (upn)", "id. de participante (upn)", "id de participante (upn)"),
        *("id del participante (upn)", "id do participante (upn)"),
    ),
    Field.ROLE: ("role", "rolle", "rôle", "rol", "función", "função"),
    Field.ACTION: (
        *("user action", "action", "benutzeraktion", "aktion", "action de l'utilisateur", "action utilisateur"),
        *("acción del usuario", "acción de usuario", "ação do usuário"),
    ),
    Field.AT: (
        *("timestamp", "utceventtimestamp", "utc event timestamp", "zeitstempel", "horodatage"),
        *("marca de tiempo", "carimbo de data/hora"),
    ),
    Field.JOIN: (
        *("join time", "first join", "first join time", "joined", "beitrittszeit", "beitrittszeitpunkt"),
        *("erster beitritt", "beitreten", "beginn der teilnahme"),
        *("heure d'arrivée", "heure de participation", "heure de connexion", "première participation"),
        *("première arrivée", "première connexion", "rejoindre à", "premier accès"),
        *("hora de unión", "hora de entrada", "hora de incorporación", "primera entrada", "primera unión"),
        *("primer acceso", "primera incorporación", "horário de entrada", "primeira entrada", "primeiro ingresso"),
    ),
    Field.LEAVE: (
        *("leave time", "last leave", "last leave time", "left", "verlassen um", "verlassen", "letztes verlassen"),
        *("austrittszeit", "uhrzeit des verlassens", "zeitpunkt des verlassens", "letzter austritt"),
        *("heure de départ", "heure de sortie", "heure de déconnexion", "dernier départ", "dernière sortie"),
        *("dernière déconnexion", "hora de salida", "hora de abandono", "última salida", "último abandono"),
        *("horário de saída", "última saída"),
    ),
    Field.DURATION: (
        *("duration", "duration (minutes)", "in-meeting duration", "time in session (minutes)", "time in session"),
        *("meeting duration", "dauer", "dauer (minuten)", "dauer der besprechung", "dauer in der besprechung"),
        *("dauer der teilnahme an der besprechung", "besprechungsdauer"),
        *("durée", "durée (minutes)", "durée de la réunion", "durée dans la réunion", "durée en réunion"),
        *("duración", "duración (minutos)", "duración de la reunión", "duración en la reunión"),
        *("duração", "duração (minutos)", "duração da reunião", "duração na reunião"),
    ),
    Field.TOTAL: (
        *("total duration (minutes)", "gesamtdauer (minuten)", "durée totale (minutes)", "duración total (minutos)"),
        *("duração total (minutos)",),
    ),
    Field.GUEST: ("guest", "is guest", "gast", "invité", "invitado", "convidado"),
    Field.WAITING: ("in waiting room", "im warteraum", "en salle d'attente", "en sala de espera", "na sala de espera"),
    Field.ATTENDED: ("attended", "teilgenommen", "présent", "asistió", "compareceu"),
    Field.REGISTERED: ("registration time", "registrierungszeit", "heure d'inscription", "hora de inscripción"),
    Field.SESSION: ("sessionid", "session id"),
    Field.TITLE: (
        *("meeting title", "topic", "besprechungstitel", "titel der besprechung", "thema", "titre de la réunion"),
        *("sujet", "título de la reunión", "tema", "título da reunião", "tópico"),
    ),
    Field.MEETING_ID: (
        *("meeting id", "webinar id", "id", "besprechungs-id", "meeting-id", "webinar-id", "id de réunion"),
        *("id de la réunion", "id. de reunión", "id de la reunión", "id de reunión", "id da reunião"),
    ),
    Field.START: (
        *("meeting start time", "start time", "actual start time", "startzeit", "startzeit der besprechung"),
        *("besprechungsbeginn", "heure de début", "heure de début de la réunion", "hora de inicio"),
        *("hora de inicio de la reunión", "hora de início", "hora de início da reunião"),
    ),
    Field.END: (
        *("meeting end time", "end time", "endzeit", "endzeit der besprechung", "besprechungsende", "heure de fin"),
        *("heure de fin de la réunion", "hora de finalización", "hora de fin", "hora de finalización de la reunión"),
        *("hora de término", "hora de término da reunião"),
    ),
    Field.PEOPLE: (
        *("total number of participants", "attended participants", "participants", "unique viewers"),
        *("gesamtzahl der teilnehmer", "gesamtanzahl der teilnehmer", "teilnehmer", "anwesende teilnehmer"),
        *("nombre total de participants", "participants présents", "número total de participantes", "participantes"),
        *("participantes asistentes", "participantes presentes", "participantes atendidos"),
    ),
    Field.HOST: ("host", "host name", "gastgeber", "hôte", "anfitrión", "anfitrião"),
    Field.GENERATED: ("report generated", "bericht erstellt", "rapport généré", "informe generado"),
}
_FIELDS = {folded(word): name for name, words in _HEADINGS.items() for word in words}


def field_of(heading: str) -> Field | None:
    """What a heading names; None for one that is not known."""
    return _FIELDS.get(folded(heading).rstrip(" :"))


JOINED = frozenset(
    {
        *("joined", "joined before", "join", "beigetreten", "zuvor beigetreten", "vorher beigetreten", "teilgenommen"),
        *("rejoint", "a rejoint", "rejoint avant", "a rejoint avant", "se unió", "unido", "se unió antes"),
        *("unido antes", "ingressou", "ingressou antes", "entrou"),
    }
)
LEFT = frozenset(
    {
        *("left", "leave", "verlassen", "hat verlassen", "a quitté", "quitté", "parti", "sorti", "gauche"),
        *("abandonó", "salió", "se fue", "izquierda", "saiu"),
    }
)
"""`gauche` and `izquierda` are what Teams made of "left" for some time."""
YES = frozenset({"yes", "ja", "oui", "sí", "si", "sim", "true"})
NO = frozenset({"no", "nein", "non", "não", "false"})
PARTICIPANT = frozenset(
    {
        *("", "attendee", "participant", "guest", "teilnehmer", "teilnehmerin", "teilnehmer*in", "teilnehmer/in"),
        *("teilnehmer(in)", "teilnehmende", "teilnehmende*r", "gast", "participante", "asistente", "participant(e)"),
        *("invité", "invitado", "convidado", "invité(e)"),
    }
)
ROLES: Mapping[str, Reason] = {
    **dict.fromkeys(
        (
            *("organizer", "organiser", "co-organizer", "co-organiser", "organisator", "organisatorin"),
            *("organisator*in", "mitorganisator", "mitorganisator*in", "organisateur", "organisatrice"),
            *("organisateur(-trice)", "co-organisateur", "coorganisateur", "organizador", "organizadora"),
            *("coorganizador", "co-organizador"),
        ),
        Reason.ORGANIZER,
    ),
    **dict.fromkeys(
        (
            *("presenter", "referent", "referentin", "referent*in", "vortragende", "vortragender", "vortragende*r"),
            *("présentateur", "présentatrice", "présentateur(-trice)", "presentador", "presentadora", "moderador"),
            *("apresentador", "apresentadora", "speaker"),
        ),
        Reason.PRESENTER,
    ),
    **dict.fromkeys(("producer", "produzent", "producteur", "productor", "produtor"), Reason.PRODUCER),
    **dict.fromkeys(("panelist", "panellist", "panelista", "diskussionsteilnehmer", "panéliste"), Reason.PANELIST),
    **dict.fromkeys(
        ("host", "co-host", "alternative host", "gastgeber", "hôte", "anfitrión", "anfitrião"), Reason.HOST
    ),
}
BLOCKS: Mapping[str, Reason | None] = {
    "host details": Reason.HOST,
    "panelist details": Reason.PANELIST,
    "attendee details": None,
    "other attended": None,
}
"""The blocks of a webinar's report, and as what their people are left out."""
GENERAL = frozenset(
    {
        *(
            "school",
            "schools",
            "college",
            "university",
            "institute",
            "academy",
            "high",
            "primary",
            "secondary",
            "middle",
        ),
        *("elementary", "grammar", "international", "public", "national", "the", "of", "and", "for", "in", "at", "st"),
        *("schule", "volksschule", "mittelschule", "gymnasium", "universitat", "der", "die", "das", "und", "am", "an"),
        *("ecole", "lycee", "college", "universite", "institut", "du", "de", "des", "la", "le", "les", "et", "d", "l"),
        *(
            "escuela",
            "colegio",
            "instituto",
            "universidad",
            "el",
            "los",
            "las",
            "y",
            "del",
            "class",
            "classe",
            "klasse",
        ),
        *("clase", "grade", "group", "groupe", "gruppe", "grupo", "year", "room", "team", "dr", "mr", "mrs", "ms"),
        *("mme", "frau", "herr", "guest", "gast", "invite", "invitado"),
    }
)
"""Words that many groups share: alone they name none."""
