"""The parts that synthetic stories are made of, in the languages they are told in."""

from typing import NamedTuple

WHO = (
    "An old man",
    "A girl of about nine",
    "A woman with a cello",
    "A driver on his first day",
    "Somebody’s grandmother",
    "A couple in wet coats",
    "The new apprentice",
    "A man who would not sit down",
    "A nurse at the end of a double shift",
    "Two brothers",
    "A guest who had lost her key",
    "The neighbour from across the yard",
)
PLACES = (
    "the night desk",
    "platform nine",
    "till six",
    "the ward door",
    "the loading bay",
    "the lost property counter",
    "the kitchen pass",
    "the car park",
    "the eye clinic",
    "the market hall",
    "the third floor",
    "the bus stop outside",
    "the back stairs",
    "the ticket hall",
)
THINGS = (
    "A broken umbrella",
    "The wrong parcel",
    "A cold cup of tea",
    "An empty pram",
    "The last train gone",
    "A creased shirt",
    "One glove",
    "A letter in another language",
    "A dead phone",
    "The dog from ward four",
    "A piano and no lift",
    "Three coins short",
    "A birthday nobody knew about",
    "A suitcase without wheels",
)
MOMENTS = (
    "Nobody had asked anybody to do anything about it.",
    "She put down what she was holding and came round the counter.",
    "He drew a map on the back of a receipt, with the puddles on it.",
    "It took two minutes, and the queue said not a word.",
    "They found a chair, then a second one, because he would not sit alone.",
    "She read the letter out loud, slowly, and then once more.",
    "He rang home for her and held the phone at arm’s length.",
    "Somebody fetched a blanket from the van.",
    "They did it again from the beginning, because it was not right yet.",
    "She wrote the prices down in large figures so that he could see them.",
    "He said what could not be done first, and then what could.",
    "It was the third time that week, and she remembered the name.",
    "The boss found out on Thursday and laughed.",
    "He walked the whole way there and the whole way back.",
    "She asked what he would have liked best, and waited for the answer.",
    "They kept the shop open for ten minutes with the lights off.",
    "I only saw it because I had come back for my keys.",
    "There was a card in the box, written by hand.",
    "He took the blame, which was not even his.",
    "She knelt down so that they were the same height.",
)
ENDINGS = (
    "Then she went back and served the next in line.",
    "I told it at home the same evening.",
    "He came back on Friday to say so.",
    "It was quiet for a while after that.",
    "We have kept a spare one in the drawer ever since.",
    "Nobody made anything of it.",
    "That was all.",
)
SAID = tuple(
    f"{first} {second}"
    for first in (
        "Sit down.",
        "Take mine.",
        "I’ll wait with you.",
        "I’m not from here either.",
        "We’ll do it again.",
        "You don’t have to explain.",
        "I kept one back.",
        "It’s on my way.",
        "Let me ring them.",
        "I was just about to.",
        "My mother had one.",
        "That was our mistake.",
        "I know where it is.",
        "Nobody’s in a hurry.",
        "Same as yesterday?",
        "I saw you coming.",
    )
    for second in (
        "The train can wait.",
        "I’ve got all day.",
        "It’s only paper.",
        "You’d do the same.",
        "There’s tea.",
        "Mind the step.",
        "I like your coat.",
        "It’s warmer in here.",
        "We’ll find it.",
        "He’s my customer.",
        "Tell me why.",
        "That’s what the spare is for.",
        "I owe you one.",
        "See you tomorrow.",
    )
)
NAMES = (
    "Amina",
    "Bram",
    "Chiara",
    "Dilnoza",
    "Efua",
    "Femi",
    "Giulia",
    "Hamid",
    "Ines",
    "Joost",
    "Kasia",
    "Leo",
    "Maren",
    "Noor",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Samira",
    "Tomasz",
    "Umar",
    "Vera",
    "Winnie",
    "Yusuf",
)
SURNAMES = (
    "Abebe",
    "Bakker",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Farouk",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Nowak",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rahman",
    "Santos",
    "Tran",
    "Ueda",
    "Visser",
    "Wong",
    "Zhang",
)
# In each sentence, {} takes a made-up word.
SENTENCES = (
    "The {} was {} and the {} stood beside it.",
    "She called it a {}, which made everybody {}.",
    "There was a {} on the {}, with a {} tied to it.",
    "He had never seen a {} so {}.",
    "Somebody asked for the {}, and then for the {}.",
    "Between the {} and the {} there was room for one more {}.",
)
NAMED = (
    "It was {name} who noticed first.",
    "{name} said nothing and got the key.",
    "You know {name}: it was done before I had asked.",
    "Then {name} came round the corner with two cups.",
)


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
