//! English: the closed-class words, irregular forms and spellings that marking
//! needs whatever the subject is.
//!
//! Nothing here knows what a question is about: the subject's words are data
//! (`words.toml` and the rubrics). What is closed in the language, and so would
//! be the same list in every rubric, lives here.

use std::borrow::Cow;

use snowball_stemmers_rs::{Algorithm, Stemmer};

/// The part that a word plays in its sentence, as far as a list can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Part {
    /// `the`, `my`, `each`.
    Determiner,
    /// `of`, `into`, `behind`.
    Preposition,
    /// `it`, `everyone`, `nothing`.
    Pronoun,
    /// `is`, `does`, `can`.
    Auxiliary,
    /// `and`, `but`, `or`.
    Conjunction,
    /// `because`, `which`, `when`, `if`.
    Subordinator,
    /// `just`, `only`, `still`.
    Adverb,
    /// `not`.
    Not,
    /// Everything else: what the sentence is about.
    Content,
}

impl Part {
    /// Whether the word only holds the sentence together.
    pub(super) fn is_function(self) -> bool {
        self != Part::Content
    }
}

/// The part that `word` (lower case) usually plays.
pub(super) fn part(word: &str) -> Part {
    match word {
        "a" | "an" | "the" | "my" | "your" | "his" | "her" | "its" | "our" | "their" | "this" | "these"
        | "those" | "every" | "each" | "some" | "any" | "no" | "such" | "another" | "both" | "either"
        | "neither" | "all" | "whose" | "own" => Part::Determiner,
        "of" | "in" | "on" | "at" | "to" | "from" | "by" | "for" | "with" | "without" | "into" | "onto"
        | "over" | "under" | "above" | "below" | "behind" | "between" | "through" | "via" | "across"
        | "after" | "before" | "during" | "upon" | "about" | "against" | "per" | "as" | "like" | "off"
        | "out" | "up" | "down" | "within" | "inside" | "outside" | "instead" | "than" | "underneath"
        | "beneath" | "beyond" | "among" | "along" | "toward" | "towards" | "except" | "besides" => {
            Part::Preposition
        }
        "i" | "you" | "he" | "she" | "it" | "we" | "they" | "me" | "him" | "us" | "them" | "who" | "whom"
        | "anyone" | "anybody" | "someone" | "somebody" | "everyone" | "everybody" | "nobody" | "nothing"
        | "something" | "anything" | "everything" | "none" | "one" | "itself" | "themselves" | "yourself"
        | "myself" | "there" | "whoever" | "mine" | "yours" | "whatever" => Part::Pronoun,
        "am" | "is" | "are" | "was" | "were" | "be" | "been" | "being" | "do" | "does" | "did" | "done"
        | "have" | "has" | "had" | "having" | "will" | "would" | "shall" | "should" | "can" | "could"
        | "may" | "might" | "must" => Part::Auxiliary,
        "and" | "or" | "but" | "nor" | "yet" | "so" | "plus" => Part::Conjunction,
        "because" | "since" | "while" | "whereas" | "although" | "though" | "if" | "when" | "whenever"
        | "once" | "unless" | "that" | "which" | "where" | "until" | "till" | "how" | "why" | "what"
        | "whether" | "cos" => Part::Subordinator,
        "just" | "only" | "still" | "also" | "too" | "then" | "again" | "already" | "even" | "ever"
        | "never" | "always" | "very" | "really" | "actually" | "simply" | "merely" | "now" | "here"
        | "much" | "more" | "less" | "most" | "rather" | "quite" | "almost" | "nearly" | "hence"
        | "therefore" | "later" | "soon" | "often" | "basically" | "literally" | "well" | "straight"
        | "right" | "away" | "back" | "long" | "far" => Part::Adverb,
        "not" => Part::Not,
        _ => Part::Content,
    }
}

/// Whether `word`, first in a text, makes it an order rather than a list of key words.
pub(super) fn is_imperative(word: &str) -> bool {
    matches!(
        word,
        "use"
            | "call"
            | "run"
            | "add"
            | "look"
            | "see"
            | "make"
            | "put"
            | "send"
            | "pass"
            | "take"
            | "keep"
            | "try"
            | "avoid"
            | "check"
            | "think"
            | "imagine"
            | "give"
            | "write"
            | "open"
            | "because"
    )
}

/// The words that hold sentences together and are long enough to be misspelt.
pub(super) const OFTEN_MISSPELT: [&str; 22] = [
    "without",
    "because",
    "before",
    "until",
    "nothing",
    "never",
    "nobody",
    "neither",
    "through",
    "behind",
    "everyone",
    "everybody",
    "anyone",
    "another",
    "themselves",
    "itself",
    "which",
    "after",
    "already",
    "instead",
    "between",
    "does",
];

/// Words that a phrase of the rubric may hold between its own without being another phrase:
/// `on the first touch` is `on first touch`.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "my"
            | "your"
            | "his"
            | "her"
            | "its"
            | "our"
            | "their"
            | "this"
            | "that"
            | "these"
            | "those"
            | "some"
            | "any"
            | "each"
            | "every"
            | "own"
            | "very"
            | "just"
            | "really"
            | "actually"
            | "same"
            | "also"
            | "even"
            | "then"
            | "simply"
            | "s"
    )
}

/// Articles and owners: dropped from a phrase as written, since [`is_filler`] lets them stand anywhere in it.
pub(super) fn is_article(word: &str) -> bool {
    matches!(word, "a" | "an" | "the" | "my" | "your" | "his" | "her" | "its" | "our" | "their" | "s")
}

/// How a word turns the sense of what it stands with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Negator {
    /// Denies what follows in its clause: `not`, `never`, `without`, `avoids`.
    Forward,
    /// Denies its whole clause: `nothing`, `nobody`, `no` (`hands out no memory`).
    Clause,
}

/// Whether `word` (lower case, `n't` already split off as `not`) denies, and how far.
pub(super) fn negator(word: &str) -> Option<Negator> {
    Some(match word {
        "not" | "never" | "without" | "neither" | "nor" | "hardly" | "barely" | "cannot" | "rather"
        | "instead" | "avoid" | "avoids" | "avoiding" | "avoided" | "lacks" | "lacking" | "lack"
        | "skips" | "skip" | "skipping" | "unlike" | "fails" | "minus" | "eliminates" | "eliminating"
        | "eliminate" | "prevents" | "prevent" | "removes" | "refuses" | "sans" | "w/o" | "wo" => {
            Negator::Forward
        }
        "no" | "nothing" | "nobody" | "none" | "nowhere" | "zero" | "nil" | "naught" | "nought" => {
            Negator::Clause
        }
        _ => return None,
    })
}

/// Auxiliary forms written without their apostrophe: `doesnt` is `does not`.
pub(super) fn unapostrophed(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "isnt" | "isent" | "aint" => ("is", "not"),
        "arent" => ("are", "not"),
        "wasnt" | "wasent" => ("was", "not"),
        "werent" => ("were", "not"),
        "dont" | "donot" | "dnt" => ("do", "not"),
        "doesnt" | "dosnt" | "doesent" | "dosent" | "dousnt" | "dosen" => ("does", "not"),
        "didnt" | "dident" | "dint" => ("did", "not"),
        "cant" | "cannot" | "canot" => ("can", "not"),
        "couldnt" => ("could", "not"),
        "wont" => ("will", "not"),
        "wouldnt" => ("would", "not"),
        "shouldnt" => ("should", "not"),
        "hasnt" => ("has", "not"),
        "havent" => ("have", "not"),
        "hadnt" => ("had", "not"),
        "thats" => ("that", "is"),
        "theres" => ("there", "is"),
        "youre" => ("you", "are"),
        "theyre" => ("they", "are"),
        _ => return None,
    })
}

/// The word that a short form of chats and notes stands for: `ur` is `your`.
pub(super) fn spelt_out(word: &str) -> Option<&'static str> {
    Some(match word {
        "u" => "you",
        "ur" => "your",
        "n" => "and",
        "em" => "them",
        "bc" | "cuz" | "coz" | "cus" | "becuz" | "bcoz" | "bcs" | "bcause" => "because",
        "thru" => "through",
        "b4" => "before",
        "tho" => "though",
        "altho" => "although",
        "gonna" => "will",
        "ppl" => "people",
        "prolly" | "probs" => "probably",
        "everytime" => "always",
        "l8r" => "later",
        _ => return None,
    })
}

/// The plain form of an irregular one: `wrote` and `written` are `write`.
fn lemma(word: &str) -> Option<&'static str> {
    Some(match word {
        "am" | "is" | "are" | "was" | "were" | "been" => "be",
        "has" | "had" => "have",
        "does" | "did" | "done" => "do",
        "wrote" | "written" => "write",
        "gave" | "given" => "give",
        "saw" | "seen" => "see",
        "held" => "hold",
        "kept" => "keep",
        "lost" => "lose",
        "went" | "gone" | "goes" => "go",
        "took" | "taken" => "take",
        "brought" => "bring",
        "got" | "gotten" => "get",
        "made" => "make",
        "came" => "come",
        "found" => "find",
        "left" => "leave",
        "knew" | "known" => "know",
        "threw" | "thrown" => "throw",
        "began" | "begun" => "begin",
        "sent" => "send",
        "built" => "build",
        "tore" | "torn" => "tear",
        "fell" | "fallen" => "fall",
        "felt" => "feel",
        "told" => "tell",
        "said" => "say",
        "paid" => "pay",
        "stood" => "stand",
        "stuck" => "stick",
        "grew" | "grown" => "grow",
        "lent" => "lend",
        "shown" => "show",
        "hid" | "hidden" => "hide",
        "chose" | "chosen" => "choose",
        "drew" | "drawn" => "draw",
        "ran" => "run",
        "won" => "win",
        "ate" | "eaten" => "eat",
        "woke" | "woken" => "wake",
        "broke" | "broken" => "break",
        "spoke" | "spoken" => "speak",
        "forgot" | "forgotten" => "forget",
        "dealt" => "deal",
        "meant" => "mean",
        "bought" => "buy",
        "thought" => "think",
        "caught" => "catch",
        "laid" => "lay",
        "lain" => "lie",
        "became" => "become",
        "men" => "man",
        "children" | "childs" => "child",
        "better" | "best" => "good",
        "faster" | "fastest" => "fast",
        "quicker" | "quickest" => "quick",
        "slower" | "slowest" => "slow",
        "bigger" | "biggest" => "big",
        "larger" | "largest" => "large",
        "smaller" | "smallest" => "small",
        "cheaper" | "cheapest" => "cheap",
        "longer" | "longest" => "long",
        "shorter" | "shortest" => "short",
        "dearer" | "dearest" => "dear",
        "easier" | "easiest" => "easy",
        "cleaner" | "cleanest" => "clean",
        "greater" | "greatest" => "great",
        "safer" | "safest" => "safe",
        "tinier" | "tiniest" => "tiny",
        "worse" | "worst" => "bad",
        "dying" => "die",
        "lying" => "lie",
        "data" => "data",
        _ => return None,
    })
}

/// American, `-ize` and `-our` spellings brought to one form; which one does not matter,
/// since rubrics and answers both go through here.
fn one_spelling(word: &str) -> Cow<'_, str> {
    let mut word = Cow::Borrowed(word);
    if word.len() > 5 {
        for (british, american) in
            [("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ises", "izes"), ("iser", "izer")]
        {
            if let Some(head) = word.strip_suffix(british) {
                return Cow::Owned(format!("{head}{american}"));
            }
        }
        if let Some(head) = word.strip_suffix("ise") {
            return Cow::Owned(format!("{head}ize"));
        }
    }
    if word.len() > 4 {
        for ending in ["our", "ours", "oured", "ouring", "ourless"] {
            if let Some(head) = word.strip_suffix(ending) {
                let tail = &ending[3..];
                word = Cow::Owned(format!("{head}or{tail}"));
                break;
            }
        }
    }
    if word.ends_with("ll") && word.len() > 5 {
        let shorter = word[..word.len() - 1].to_owned();
        word = Cow::Owned(shorter);
    }
    word
}

/// Reduces inflected words to what they have in common.
pub(super) struct Stems(Stemmer);

impl Stems {
    pub(super) fn new() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }

    /// The stem of a lower-case word. Words that hold digits or underscores are names and stay whole.
    pub(super) fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if let Some(plain) = lemma(word) {
            return Cow::Owned(self.0.stem(plain).into_owned());
        }
        if word.len() < 3 || word.bytes().any(|b| b == b'_' || b == b'-' || b.is_ascii_digit()) {
            return Cow::Borrowed(word);
        }
        match one_spelling(word) {
            Cow::Borrowed(word) => self.0.stem(word),
            Cow::Owned(word) => Cow::Owned(self.0.stem(&word).into_owned()),
        }
    }
}

/// The regular inflections of a word, for telling a misspelt form from a misspelt stem.
pub(super) fn inflections(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return forms;
    }
    let bytes = word.as_bytes();
    let last = bytes[bytes.len() - 1];
    let is_vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    if last == b'e' {
        let head = &word[..word.len() - 1];
        forms.extend([format!("{word}s"), format!("{word}d"), format!("{head}ing")]);
    } else if last == b'y' && !is_vowel(bytes[bytes.len() - 2]) {
        let head = &word[..word.len() - 1];
        forms.extend([format!("{head}ies"), format!("{head}ied"), format!("{word}ing")]);
    } else {
        let sibilant = matches!(last, b's' | b'x' | b'z') || word.ends_with("sh") || word.ends_with("ch");
        forms.push(if sibilant { format!("{word}es") } else { format!("{word}s") });
        forms.extend([format!("{word}ed"), format!("{word}ing")]);
        let before = bytes[bytes.len() - 2];
        if !is_vowel(last)
            && is_vowel(before)
            && !matches!(last, b'w' | b'x' | b'y')
            && !is_vowel(bytes[bytes.len() - 3])
        {
            let doubled = char::from(last);
            forms.extend([format!("{word}{doubled}ed"), format!("{word}{doubled}ing")]);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_and_both_spellings_share_a_stem() {
        let stems = Stems::new();
        for (one, other) in [
            ("writes", "written"),
            ("allocated", "allocation"),
            ("flavour", "flavors"),
            ("synchronises", "synchronize"),
            ("mapped", "mapping"),
            ("children", "child"),
            ("copies", "copying"),
        ] {
            assert_eq!(stems.stem(one), stems.stem(other), "{one} {other}");
        }
        assert_ne!(stems.stem("four"), stems.stem("for"));
    }

    #[test]
    fn names_stay_whole() {
        assert_eq!(Stems::new().stem("map_shared"), "map_shared");
    }

    #[test]
    fn regular_forms_are_foreseen() {
        assert!(inflections("map").contains(&"mapped".to_owned()));
        assert!(inflections("copy").contains(&"copies".to_owned()));
        assert!(inflections("write").contains(&"writing".to_owned()));
    }
}
