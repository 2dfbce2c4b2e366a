"""The parts of synthetic stories in the languages they are told in."""

from typing import NamedTuple

from .words import ENDINGS, MOMENTS, SAID, SENTENCES, WHO


class Parts(NamedTuple):
    """What a story in one language is put together from."""

    who: tuple[str, ...]
    moments: tuple[str, ...]
    sentences: tuple[str, ...]
    said: tuple[str, ...]
    endings: tuple[str, ...]


ENGLISH = Parts(WHO, MOMENTS, SENTENCES, SAID, ENDINGS)
GERMAN = Parts(
    who=(
        "Ein alter Herr stand mit einem nassen Schirm am Schalter.",
        "Eine Frau mit drei Koffern kam um kurz nach zehn in die Halle.",
        "Der neue Lehrling war an diesem Tag allein an der Kasse.",
        "Zwei Brüder suchten den Zug nach Hause.",
    ),
    moments=(
        "Niemand hatte vorher irgendwen gefragt.",
        "Sie legte alles hin und ging um den Tresen herum.",
        "Er zeichnete den Weg auf die Rückseite einer Quittung.",
        "Es dauerte zwei Minuten, und die Schlange sagte kein Wort.",
        "Dann lasen sie den Brief noch einmal, ganz langsam.",
        "Er nahm die Schuld auf sich, obwohl es nicht seine war.",
        "Am Donnerstag hörte die Chefin davon und lachte.",
        "Wir haben seitdem immer einen zweiten in der Schublade.",
    ),
    sentences=(
        "Der {} war {}, und daneben lag noch ein {}.",
        "Sie nannte es {} und hatte damit recht.",
        "Zwischen dem {} und dem {} war gerade noch Platz.",
        "Er hatte noch nie einen so {} {} gesehen.",
    ),
    said=(
        "Setzen Sie sich erst einmal hin.",
        "Ich warte mit Ihnen.",
        "Das war unser Fehler.",
        "Der Zug kann warten.",
        "Das liegt auf meinem Weg.",
    ),
    endings=(
        "Danach ging sie zurück und bediente den Nächsten.",
        "Ich habe es am selben Abend zu Hause erzählt.",
        "Das war alles.",
    ),
)
FRENCH = Parts(
    who=(
        "Un vieux monsieur attendait devant le guichet avec son parapluie.",
        "Une dame avec trois valises est arrivée juste avant la fermeture.",
        "La nouvelle apprentie était seule à la caisse ce jour-là.",
        "Deux frères cherchaient le dernier train pour rentrer chez eux.",
    ),
    moments=(
        "Personne ne leur avait rien demandé.",
        "Elle a tout posé et elle a fait le tour du comptoir.",
        "Il a dessiné le chemin au dos d’un reçu.",
        "Cela a pris deux minutes, et la file n’a rien dit.",
        "Ils ont relu la lettre ensemble, très lentement.",
        "Il a pris la faute sur lui, et ce n’était même pas la sienne.",
        "La patronne l’a appris jeudi et elle a bien ri.",
        "Depuis, nous en gardons toujours un dans le tiroir.",
    ),
    sentences=(
        "Le {} était {}, et à côté il y avait un {}.",
        "Elle a parlé du {} sans oublier le {}.",
        "Entre le {} et le {} il restait une place.",
        "Il n’avait jamais vu un {} aussi {}.",
    ),
    said=(
        "Asseyez-vous donc.",
        "Je reste avec vous.",
        "C’était notre erreur.",
        "Le train peut attendre.",
        "C’est sur mon chemin.",
    ),
    endings=(
        "Puis elle est retournée servir la personne suivante.",
        "Je l’ai raconté chez moi le soir même.",
        "C’est tout.",
    ),
)
SPANISH = Parts(
    who=(
        "Un señor mayor esperaba en la ventanilla con su paraguas.",
        "Una mujer con tres maletas llegó justo antes del cierre.",
        "El nuevo aprendiz estaba solo en la caja ese día.",
        "Dos hermanos buscaban el último tren para volver a casa.",
    ),
    moments=(
        "Nadie les había pedido nada.",
        "Ella lo dejó todo y dio la vuelta al mostrador.",
        "Él dibujó el camino en el dorso de un recibo.",
        "Fueron dos minutos, y la cola no dijo ni una palabra.",
        "Leyeron la carta otra vez, muy despacio.",
        "Asumió la culpa, que ni siquiera era suya.",
        "La jefa se enteró el jueves y se rio mucho.",
        "Desde entonces guardamos siempre uno en el cajón.",
    ),
    sentences=(
        "El {} estaba {}, y al lado había un {}.",
        "Ella habló del {} y también del {}.",
        "Entre el {} y el {} quedaba sitio para uno más.",
        "Nunca había visto un {} tan {}.",
    ),
    said=(
        "Siéntese un momento.",
        "Yo espero con usted.",
        "Fue un error nuestro.",
        "El tren puede esperar.",
        "Me queda de camino.",
    ),
    endings=(
        "Luego volvió y atendió al siguiente.",
        "Lo conté en casa esa misma noche.",
        "Eso fue todo.",
    ),
)
PARTS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
# Of a hundred stories, how many are told in which language.
LANGUAGES = {"en": 82, "de": 7, "fr": 6, "es": 5}
