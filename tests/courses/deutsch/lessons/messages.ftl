# Die Worte der Oberfläche auf Deutsch; was fehlt, sagt sie auf Englisch.

answer-right = richtig
answer-missed = noch nicht
answer-model = Eine Musterantwort:
answer-not-read = Deutsche Antworten werden hier nicht bewertet: vergleiche deine mit der Musterantwort.
answer-compare = Sagt deine Antwort, was die Musterantwort sagt?

kind-choice = wähle eines
kind-text = in eigenen Worten
kind-prediction = Schätzung
number-in = (in { $unit })

prompt-choice = deine Wahl
prompt-text = in eigenen Worten (e allein öffnet deinen Editor)
prompt-prediction = deine Schätzung, in { $unit }
read-on = { $enter } geht weiter, { $leave } verlässt die Fragen

hint-number = Hinweis { $number } von { $all }:
hint-no-more = Mehr Hinweise gibt es nicht.

prediction-taken = notiert: { $figure }. Es wird gemessen ...
prediction-close = nah dran
prediction-high = um den Faktor { $factor } zu hoch
prediction-low = um den Faktor { $factor } zu niedrig

verdict-passed = bestanden: { $checks ->
    [one] die Prüfung hält
   *[other] alle { $checks } Prüfungen halten
}

session-review = Zuerst { $questions ->
    [one] eine Frage
   *[other] { $questions } Fragen
}, die beim letzten Mal nicht gelang.
session-no-drill = Hier ist kein Programm zu schreiben; { $key } geht weiter.
session-lesson-done = Die Lektion ist geschafft.
session-lesson-left = Die Lektion ist noch nicht fertig: { $questions } stellt ihre Fragen, { $next } geht weiter.
session-course-done = Der Kurs ist geschafft.
key-run = ausführen
key-hint = Hinweis
key-next = weiter
key-previous = zurück
key-list = Liste
key-questions = Fragen
key-solution = Lösung
key-quit = Ende

## Urteile

list-last = { $items } und { $next }
mark-held = hält:
mark-missed = verfehlt:
verdict-missed = verfehlt: { $missed } von { $checks } Prüfungen
verdict-stopped = verfehlt: { $runs ->
    [one] ein Lauf kam nicht an sein Ende
   *[other] { $runs } Läufe kamen nicht an ihr Ende
}
verdict-inconclusive = unentschieden: { $undecided } von { $checks } Prüfungen lassen sich auf diesem Rechner nicht entscheiden
verdict-undecided = nicht zu sagen:
verdict-undecided-same = aus demselben Grund nicht zu sagen
verdict-same-reason = aus demselben Grund
verdict-stopped-before = da stand die Szene schon still
verdict-expected = erwartet
verdict-observed = gesehen
verdict-in = in
verdict-why = warum
verdict-book = Buch
verdict-as-above = wie oben
verdict-scene = Szene { $scene }
verdict-scene-run = Szene { $scene } (Lauf { $run })
verdict-seed = Saat { $seed }
verdict-instruments = gesehen von { $instruments }

bound-exactly = genau { $amount }
bound-between = { $least } bis { $most }
bound-least = mindestens { $amount }
bound-most = höchstens { $amount }
bound-none = keine
moment-at = bei { $checkpoint }
moment-between = zwischen { $start } und { $end }
moment-from-to = von { $start } bis { $end }
moment-start = Start
moment-end = Ende
expected-after = { $what }, nach { $checkpoint }
expected-before = { $what }, vor { $checkpoint }
expected-between = { $what }, zwischen { $start } und { $end }

checkpoint-expected = { $who } soll „checkpoint { $checkpoint }“ ausgeben
checkpoint-none = es kam an keinen Checkpoint, und { $ending }
checkpoint-others = es kam bis { $reached }, und { $ending }
ending-exited = es endete mit Status { $status }
ending-exited-expected = { $who } soll von selbst mit Status { $status } enden
ending-signalled = es wurde von { $signal } beendet
ending-signalled-at = es wurde von { $signal } an der Adresse { $address } beendet
awaited-checkpoint = den Checkpoint { $checkpoint } von { $who }
awaited-result = eine Zeile { $result }=… von { $who }
awaited-end = das Ende von { $who }
scene-stopped = { $observed }: die Szene { $stopped }
stopped-timed-out = wartete { $seconds } s auf { $awaited }, und es kam nicht
stopped-program-ended = wartete auf { $awaited }, und das Programm endete vorher
stopped-limit-reached = wartete auf { $awaited }, und das Programm stieß vorher an eine Grenze
stopped-and-ended = { $what }: { $ending }

output-expected = { $who } soll { $result }={ $value } ausgeben
output-line-expected = { $who } soll eine Zeile { $result }=… ausgeben
output-printed = es gab { $result }={ $value } aus
output-none = es gab keine Zeile { $result }=… aus, und { $ending }

processes = { $number ->
    [one] ein Prozess
   *[other] { $number } Prozesse
}
processes-expected = { $amount } im Baum von { $who }

mapping-any = eine Abbildung
mapping-private-anonymous = eine private anonyme Abbildung
mapping-shared-anonymous = eine geteilte anonyme Abbildung
mapping-private-file = eine private Abbildung einer Datei
mapping-shared-file = eine geteilte Abbildung einer Datei
mapping-detailed = { $mapping }, { $details }
mapping-long = { $size } lang
mapping-at-least-long = mindestens { $size } lang
mapping-perms-either = { $one } oder { $other }
mapping-expected = { $mapping }, bei { $checkpoint }
mapping-none = { $who } hat keine solche Abbildung; hier sind seine eigenen

memory-of-mapping = { $counter } von: { $mapping }
memory-of-process = { $counter } des ganzen Prozesses
memory-held = { $memory } { $moment }: { $amount }
memory-expected = { $memory }, { $moment }: { $amount }
memory-in-pages = { $size } ({ $pages ->
    [one] eine Seite
   *[other] { $pages } Seiten
})

calls-number = { $number ->
    [one] ein Aufruf
   *[other] { $number } Aufrufe
}
calls-none = kein solcher Aufruf
calls-expected = { $amount } von { $names }
calls-with-flags = { $calls } mit { $flags }

faults-minor = { $number ->
    [one] ein kleiner Seitenfehler
   *[other] { $number } kleine Seitenfehler
}
faults-major = { $number ->
    [one] ein großer Seitenfehler
   *[other] { $number } große Seitenfehler
}
faults-between = { $amount } { $moment } ({ $source })

traffic-from-disk = { $amount } von der Platte gelesen, { $moment }

undecided-pagemap = /proc/PID/pagemap ist hier nicht zu lesen
undecided-no-cachestat = ob { $file } im Seitencache war, ist hier nicht zu sagen (cachestat gibt es ab Linux 6.5)

## Antworten

answer-no-word = Darin steht kein Wort.
answer-key-words = Stichworte behaupten nichts: sag es in einem Satz.
answer-scrambled = In dieser Reihenfolge sagen die Worte nichts: sag es in einem Satz.
answer-cut = { $words ->
    [one] Nur das erste Wort wurde gelesen.
   *[other] Nur die ersten { $words } Wörter wurden gelesen.
}
answer-not-so = so ist es nicht:

kind-choices = wähle alle, die stimmen
kind-match = ordne zu
kind-order = bringe in eine Reihenfolge
kind-number = eine Zahl
kind-sketch = zu zeichnen
kind-specimen = anzusehen, während es läuft
kind-drill = zu schreiben
kind-measured = über deine Läufe
edit-file = bearbeite { $file }

prompt-choices = alle, die stimmen (Leertaste wählt, Enter beendet)
prompt-order = ihre Reihenfolge (Leertaste greift, Pfeile bewegen, Enter beendet)
prompt-sheet = Ein Blatt zum Zeichnen in deinem Editor öffnen?
prompt-solution = Das ist dir noch nicht gelungen. Die Lösung trotzdem ansehen?
prompt-list = gehe zu

## Schätzungen und was man ansieht

prediction-predicted = geschätzt
prediction-measured = gemessen
prediction-middle = die Mitte von { $readings }
prediction-folklore = Volksmund
prediction-said = { $figure }, sagt, { $who }: { $judgement }.
prediction-said-too = Das sagtest du auch.
prediction-inconclusive = hier lässt es sich nicht messen:
prediction-high-by = um { $difference } zu hoch
prediction-low-by = um { $difference } zu niedrig
live-inconclusive = nicht zu entscheiden:
live-undecided = Es zählt nicht; es bleibt zu tun.
live-again = Ein anderes wird gestartet, mit anderen Zahlen.
live-stands = Es steht still, solange du gefragt wirst: in einem anderen Terminal zeigt { $command } alles davon.

## Urteile

verdict-broken = lässt sich nicht übersetzen
verdict-not-compiled = { $program } lässt sich nicht übersetzen:
evidence-more = … und { $lines } weitere

bound-any = beliebig viel
run-expected = dass { $who } läuft
run-never-started = es wurde nie gestartet

## Die Sitzung

session-onward = { $key } geht weiter
session-no-questions = Diese Lektion stellt keine Fragen.
session-no-next = Das ist die letzte Lektion; { $key } zeigt alle.
session-no-previous = Das ist die erste Lektion.
session-save = Jedes Speichern wird geprüft.
session-no-run = Hiervon gab es noch keinen Lauf: speichere, oder drücke r.
session-verdict-on = Urteil über { $files }:
session-polling = nach Änderungen wird fünfmal in der Sekunde gesehen: { $why }
key-verdict = Urteil
key-timeline = Verlauf
key-keys = Tasten

## Lektionen

list-more = { $items }, { $next }
lesson-done = geschafft
lesson-steps = { $done }/{ $steps } Schritte
lesson-minutes = { $minutes } Min.
lesson-hints = { $hints ->
    [one] ein Hinweis
   *[other] { $hints } Hinweise
}
lesson-solution = Lösung gesehen
lesson-sentence = Lektion { $lesson }, { $title }: { $notes }.
lesson-begun = begonnen, { $done } von { $steps ->
    [one] einem Schritt
   *[other] { $steps } Schritten
} getan
lesson-untouched = nicht begonnen, etwa { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}
lesson-hints-used = { $hints ->
    [one] ein Hinweis
   *[other] { $hints } Hinweise
} gelesen
lesson-open = offen
lesson-about = etwa { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}
lesson-builds-on = baut auf { $lessons } auf
status-done = { $done } von { $lessons ->
    [one] einer Lektion
   *[other] { $lessons } Lektionen
} geschafft
status-sentence = { $status }
status-left = noch etwa { $time }
status-due = { $questions ->
    [one] Eine Frage, die nicht gelang, kommt
   *[other] { $questions } Fragen, die nicht gelangen, kommen
} wieder: `mmaplings` stellt sie.
status-now = jetzt: { $lesson }  { $title } ({ $done } von { $steps ->
    [one] einem Schritt
   *[other] { $steps } Schritten
} getan)
status-course-done = Der Kurs ist geschafft.
duration-minutes = { $minutes } Min.
duration-hours = { $hours } Std.
duration-both = { $hours } Std. { $minutes } Min.
measured-later = Richtig ist, was deine eigenen Läufe zeigen: nach dem ersten gibt es etwas zu wählen.
open-asks = { $command } fragt und sieht zu
open-chapter = { $command } zeigt das Kapitel des Buches
open-answer = { $command } beantwortet die Fragen aus einer Datei
open-specimen = { $command } zeigt, was für dich stillsteht
open-check = { $command } prüft, was du geschrieben hast

## Arbeitsordner und Programme

note = Hinweis:
progress-damaged = die Datei mit dem Fortschritt ließ sich nicht lesen: { $damage }. Sie ist als { $file } aufgehoben; der Fortschritt beginnt von vorn.
start-offer = Einen Ordner { $folder } für deine Programme und deinen Fortschritt anlegen?
start-elsewhere = `mmaplings init DIR` legt anderswo einen an.
start-language = In welcher Sprache wirst du schreiben?
start-made = { $folder } ist angelegt; das nächste Mal tippe { $command }, dort oder hier
init-made = Arbeitsordner für { $language } angelegt: { $directory }
init-next = weiter mit: { $command }
read-no-book = dieser Kurs hat kein Buch
reset-nothing = { $lesson } hat keine Programme, die sich zurücksetzen lassen
reset-unchanged = { $file } ist, wie es ausgegeben wurde
reset-written = { $file } fehlte und ist wieder da
reset-replaced = { $file } ist wieder, wie es ausgegeben wurde; deines ist als { $kept } aufgehoben
solution-nothing = { $lesson } hat keine Programme zu schreiben

## Antworten aus einer Datei, Zeichnungen und Ansichten

answer-measuring = die Antworten werden an dieser Maschine gemessen
answer-done = { $done } von { $questions ->
    [one] einer Frage
   *[other] { $questions } Fragen
} geschafft
answer-left = nicht beantwortet: { $questions }
sketch-running = die Vorlagen laufen
specimen-letter = (der Buchstabe einer Zeile oben)
specimen-answer = `{ $command }` nimmt die Antworten, in einer Tabelle [{ $specimen }], die seed = { $seed } nennt.
specimen-left-out = { $question } fällt weg: { $reason }.
specimen-parent = Elternprozess { $process }
specimen-process = Prozess { $process }
specimen-child = Kind { $process }
specimen-later-child = Kind { $number } { $process }
specimen-lines = { $who }: Zeilen aus /proc/{ $process }/smaps, einige ihrer Zähler
specimen-pmap = { $command }, einige Zeilen und Spalten, in kB
specimen-other-pmap = dieses gibt eine andere Tabelle aus
specimen-perf = { $command }, von einem anderen Lauf ab seinem ersten Befehl

## Der Bericht

report-nothing = Bisher wurde nichts versucht: `mmaplings` beginnt.
report-no-run = Bisher lief kein Programm.
report-last-run = Der letzte Lauf: { $drill } aus { $lesson }
report-lesson = { $lesson }  { $title }: { $done } von { $steps } Schritten
report-passed = bestanden
report-missed = bisher verfehlt
report-untried = nicht versucht
report-tries = { $tries ->
    [one] ein Versuch
   *[other] { $tries } Versuche
}
report-solution = Lösung vorher gesehen
report-again = wieder gefragt ab { $date }
report-wrote = { $file } geschrieben
step-read = Text
step-choice = Auswahl
step-choices = Mehrfachauswahl
step-match = Zuordnung
step-order = Reihenfolge
step-number = Zahl
step-text = eigene Worte
step-predict = Schätzung
step-sketch = Zeichnung
step-specimen = Ansicht
step-measured = Messung
step-drill = Programm

## Bilder des Speichers

flavour-private-anonymous = privat, anonym
flavour-shared-anonymous = geteilt, anonym
flavour-private-file = privat, aus einer Datei
flavour-shared-file = geteilt, aus einer Datei
flavour-kernel = des Kernels eigenes
named-anonymous = (anonym)
named-shared-anonymous = (geteilt, anonym)
permission-read = lesbar
permission-write = schreibbar
permission-execute = ausführbar
permission-none = ohne Zugriff
space-title = { $title }: { $mappings ->
    [one] ein Mapping
   *[other] { $mappings } Mappings
}, { $mapped } angelegt, { $resident } belegt
space-sentence = Adressraum von { $title }.
space-from = ab
space-permissions = Rechte
space-size = Größe
space-scale = (log. Skala)
space-resident = belegt
space-name = Name
space-gap = { $size } Adressen ohne Mapping
space-none-resident = nichts davon belegt
space-all-resident = alles davon belegt
space-part-resident = { $size } davon belegt
space-several = { $mappings } Mappings einer Datei
space-several-shared = { $mappings } Mappings, das erste geteilt aus einer Datei
space-mapping = Bei { $address }: { $name }, { $what }, { $size }, { $resident }.
maps-process = { $name } (Prozess { $process })
maps-none = { $who } hat keinen eigenen Adressraum: ein Thread des Kernels, oder ein Prozess, der geendet hat
link-both = was einer speichert, sehen beide
link-first = was der erste speichert, sieht der zweite
link-second = was der zweite speichert, sieht der erste
link-read = beide lesen dieselben Seiten
pair-title = Zwei Adressräume: { $one } und { $other }.
pair-inode = Inode { $inode }: { $says }
pair-linked = Beide legen { $name } an (Inode { $inode }, { $size }): { $one }, { $other }; { $says }.
pair-maps = { $who } mit { $permissions } bei { $address }
pair-only = Nur { $who } legt { $name } an, { $flavour }, { $size }, bei { $address }.
pair-nothing = nichts, was der eine speichert, kann der andere sehen
pair-nothing-sentence = Nichts, was der eine speichert, kann der andere sehen.
pair-private = Beide legen dieselben Dateien privat an: { $files }.
pages-title = { $permissions } { $name }: { $pages ->
    [one] eine Seite
   *[other] { $pages } Seiten
} zu { $size }
pages-count = { $pages ->
    [one] eine Seite
   *[other] { $pages } Seiten
}
pages-state = { $pages ->
    [one] eine Seite
   *[other] { $pages } Seiten
}: { $state }.
pages-cell = jedes Zeichen ist { $pages } Seiten, { $size }
state-absent = nicht da: nie berührt, oder zurückgegeben
state-swapped = ausgelagert
state-zero = die geteilte Seite aus Nullen: gelesen und nie beschrieben
state-cached = Seiten des Page Cache, nur von diesem Prozess angelegt
state-shared = auch von einem anderen Prozess angelegt
state-dirty = Seiten des Page Cache, beschrieben und noch nicht auf der Platte
state-anonymous = anonymer Speicher dieses Prozesses, beschrieben
state-copied = private Kopien von Dateiseiten, entstanden beim Beschreiben

sketch-problem = die Zeichnung: { $problem }
sketch-missing = fehlt: { $what }
sketch-not-counted = nicht gezählt, denn dieser Lauf zeigt es nicht: { $names }
sketch-score = { $earned } von { $possible } Spalten, die man wissen kann, stimmen
sketch-line = Zeile { $number }:
sketch-drawn = gezeichnet
sketch-live = wirklich
sketch-merged = der Kernel hat es mit { $with } vereint: { $why }
sketch-unasked = stimmt, obwohl niemand danach fragte
sketch-repeated = { $entry } noch einmal: dafür steht Zeile { $first }
sketch-not-there = gibt es nicht: { $why }
sketch-unreadable = lässt sich nicht lesen: { $why }
sketch-wrong = { $column }: gezeichnet { $drawn }, wirklich { $live }: { $why }
sketch-wrong-unreadable = { $column }: { $drawn } lässt sich nicht lesen: { $why }
sketch-open = { $column }: offengelassen, wirklich { $live }
sketch-unknowable = { $column }: gezeichnet { $drawn }, wirklich { $live }: { $why }
column-length = Länge
column-permissions = Rechte
column-offset = Offset
column-device = Gerät
column-inode = Inode
column-path = Pfad
sign-right = Richtig,
sign-wrong = Falsch,
sign-note = Hinweis,

## Was ein Programm tat

run-title = { $program }: { $ending } nach { $time }
run-in-scene = { $who } in der Szene { $scene }
run-after = Nach { $time }: { $what }.
run-calls = { $calls ->
    [one] ein Aufruf
   *[other] { $calls } Aufrufe
}: { $counts }.
pair-in-scene = zwei Adressräume in der Szene { $scene }
process-child = ein Kind von { $who }, { $process }
process-at = { $who } bei { $checkpoint }
run-exited = Status { $status }
run-signalled = beendet durch { $signal }
run-killed = vom Prüfer beendet
run-asked = auf Wunsch beendet
run-not-started = nicht gestartet
run-refused = vom Beobachter verweigert
lane-calls = Aufrufe
lane-calls-all = { $calls ->
    [one] ein Aufruf
   *[other] { $calls } Aufrufe
}
lane-stops = Stellen
lane-stops-all = { $checkpoints ->
    [one] eine Stelle
   *[other] { $checkpoints } Stellen
}
lane-resident = belegt
lane-most = max. { $size }
lane-faults = Seitenfehler
lane-faults-all = { $faults } in allem
stop-end = Ende von Prozess { $process }
stop-checkpoint = Stelle { $checkpoint }
stop-resident = { $what }: { $size } belegt
stop-faults = bisher { $minor } kleine und { $major } große Seitenfehler
stop-read = { $size } vom Datenträger gelesen
calls = Aufrufe
calls-on-memory = Aufrufe zum Speicher
calls-asked-for = Aufrufe zum Speicher und andere gewünschte
calls-heading = { $what }: { $counts }
calls-listed-none = keine
calls-traced = { $calls } insgesamt verfolgt
calls-more = { $number } weitere: { $calls }
calls-more-hidden = { $number } weitere: { $calls } (--all zeigt sie)
calls-dropped = { $number } weitere Aufrufe kamen nach den ersten { $kept } und wurden nur gezählt.
runs-time = Zeit
runs-disk = von Platte
runs-minor = kleine Seitenfehler
runs-major = große Seitenfehler
runs-from-the-disk = von der Platte
runs-figures = { $time }, { $disk } von der Platte, { $minor } kleine und { $major } große Seitenfehler
runs-unknown = unbekannt viel
runs-missing = nicht gemessen: { $reason }

observe-owner = { $program } soll als sein Eigentümer laufen; unter Beobachtung läuft es als du.
observe-group = { $program } soll als seine Gruppe laufen; unter Beobachtung läuft es als du.
observe-left-behind = { $program } hat geendet; { $processes ->
    [one] ein Prozess, den es zurückließ, wird beobachtet, bis auch er endet
   *[other] { $processes } Prozesse, die es zurückließ, werden beobachtet, bis auch sie enden
}. Strg-C beendet, was übrig ist.
observe-no-checkpoint = es gab kein `checkpoint { $checkpoint }` aus; gezeigt wird sein letzter Adressraum.
observe-buffered = Seine Ausgabe war kein Terminal: ein C-Programm schreibt seine Zeilen dorthin, wenn sein Puffer voll ist, sodass eine Stelle einen späteren Augenblick zeigen kann als den, den sie nennt.
observed-over-time = Im Verlauf
observed-space = Adressraum
observed-unread = Er ließ sich nicht lesen: das Programm wurde beendet, oder schützt sich.
observed-whose = { $program } { $when }
observed-moment = { $when } (Prozess { $process })
observed-at-end = an seinem Ende
observed-at-checkpoint = bei { $checkpoint }
observed-largest = am größten, nach { $time } (Prozess { $process })
observed-processes = Prozesse
observed-io = Ein/Aus
observed-faults = { $minor } kleine, { $major } große ({ $source })
observed-peak = höchstens { $size }, nach Blicken im Vorübergehen und an Stellen
observed-read-and-written = { $read } in { $reads ->
    [one] einem Aufruf
   *[other] { $reads } Aufrufen
} gelesen, { $stored } davon vom Datenträger; { $written } in { $writes ->
    [one] einem Aufruf
   *[other] { $writes } Aufrufen
} geschrieben
observed-checkpoint = Stelle { $checkpoint } von Prozess { $process }: { $size } belegt
observed-after = Nach { $time }:
observed-level = Nach { $time }: { $size } belegt.
observed-level-faults = Nach { $time }: { $size } belegt, bisher { $faults } Seitenfehler.

## Webseiten

html-made = Erstellt von { $program }.
html-chart = { $title }: höchstens { $most } in { $time }
html-mark = { $what } nach { $time }
html-as-table = Als Tabelle
html-after = Nach
html-after-time = nach { $time }
html-space = { $title }. Die Balken sind logarithmisch; der kräftige Teil ist belegt.
html-row = { $name }: { $size }, { $resident } belegt
html-at = bei
html-part-resident = { $size } belegt
html-pair-nothing = Nichts, was { $one } oder { $other } speichert, kann der andere sehen.
html-mappings = Mappings
html-address = Adresse
html-permissions = Rechte
html-flavour = Art
html-size = Größe
html-resident = Belegt
html-name = Name
html-observed = { $program }, beobachtet
html-io = { $io }.
html-calls-listed = Aufrufe gezeigt
html-resident-most = höchstens belegt
html-minor-faults = kleine Seitenfehler
html-major-faults = große Seitenfehler
html-memory = Belegter Speicher
html-faults = Seitenfehler bisher
html-checkpoints = Stellen
html-checkpoint = Stelle
html-process = Prozess
html-minor = Kleine Seitenfehler
html-major = Große Seitenfehler
html-none = Keine.
html-first = Die ersten { $listed } von { $all } sind gezeigt.
html-call-by-call = Aufruf für Aufruf
html-call = Aufruf
html-result = Ergebnis
html-calls = Aufrufe: { $calls }
html-progress = Fortschritt in diesem Kurs, am { $date }.
html-of = { $done } von { $all }
html-lessons-done = Lektionen geschafft
html-minutes-left = Minuten noch, etwa
html-hints-used = Hinweise gelesen
html-questions-due = Fragen zu wiederholen
html-begun = begonnen
html-untouched = nicht begonnen
html-steps = { $done } von { $steps } Schritten von { $title }
html-about = { $done } von { $steps } Schritten, etwa { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}
html-step-by-step = Schritt für Schritt
html-step = Schritt
html-kind = Art
html-standing = Stand
html-notes = Anmerkungen
html-passed = bestanden
html-missed = verfehlt
html-inconclusive = hier nicht zu entscheiden
html-held = hält
html-undecided = offen
html-seen-by = mit Startwert { $seed }, gesehen von { $instruments }.
html-not-compiled = { $program } lässt sich nicht übersetzen
html-stop = Szene { $scene }: { $what }
html-checks = Prüfungen
html-check = Prüfung
html-seen = Was zu sehen war
html-run-again = { $who } in der Szene { $scene }, Lauf { $run }
html-share = Was { $one } und { $other } teilen
html-space-at = Adressraum bei { $checkpoint }

## Was vorgeht

progress-kit = memmap2 und libc werden übersetzt, dieses eine Mal
progress-compiling = { $program } wird übersetzt
progress-waiting = warte auf einen anderen Lauf, der { $file } benutzt
progress-making = { $file } wird angelegt, { $size }
progress-filling = { $file } wird geschrieben
progress-writing = { $file } wird geschrieben: { $done } von { $of }
progress-scene = es läuft: { $scene }
progress-scene-again = es läuft: { $scene } ({ $number } von { $all })
progress-keeping = { $file } braucht { $size } Platz und bleibt für das nächste Mal in { $directory }. `--scale SIZE` macht es kleiner; `mmaplings doctor --clean` entfernt es.

## Die Maschine

doctor-machine = Linux { $kernel }, Seiten zu { $size }
doctor-works = geht
doctor-weaker = schwächer
doctor-missing = fehlt
doctor-rust = Rust-Programme
doctor-rust-remedy = installiere Rust (https://rustup.rs); C-Programme kommen ohne aus
doctor-c = C-Programme
doctor-c-remedy = installiere gcc oder clang (Debian: apt install gcc); auch rustc braucht es zum Binden
doctor-tracing = Systemaufrufe und Speicher
doctor-tracing-works = seccomp und ptrace, { $calls ->
    [one] ein Aufruf
   *[other] { $calls } Aufrufe
} einer Probe gesehen
doctor-tracing-blind = eine Probe lief, aber keiner ihrer Aufrufe war zu sehen
doctor-tracing-remedy = ptrace und seccomp müssen erlaubt sein: in einem Container docker run --cap-add SYS_PTRACE --security-opt seccomp=unconfined
doctor-faults = Seitenfehler
doctor-faults-weaker = { $source }, etwa 20 mehr, als perf zählte
doctor-faults-remedy = für perf: sysctl kernel.perf_event_paranoid=2
doctor-faults-none = es ließ sich keine Probe ausführen
doctor-dirty = veränderte Dateiseiten
doctor-dirty-weaker = kein cachestat ({ $error }); smaps sagt, was ein einzelner Prozess verändert hat
doctor-dirty-remedy = cachestat kommt mit Linux 6.5
doctor-disk = Stromausfälle
doctor-disk-privilege = eine FUSE-Platte, von diesem Benutzer eingehängt
doctor-disk-helper = eine FUSE-Platte, von fusermount3 eingehängt
doctor-disk-namespace = eine FUSE-Platte, in einem eigenen Namensraum
doctor-disk-weaker = { $reason }; msync und cachestat stehen dafür ein
doctor-memory = Speichergrenze
doctor-memory-scope = { $version }, in einem Bereich der Dienstverwaltung des Benutzers
doctor-memory-weaker = { $reason }; Szenen mit Speichergrenze sind nicht zu entscheiden, alle anderen schon
doctor-confinement = Einsperrung
doctor-confinement-works = Aufrufe, Dateien, Signale, Namensräume und Gruppen
doctor-confinement-weaker = Stufe { $level }, nicht weiter: { $reason }
doctor-kept = { $size } großer Dateien liegen in { $directory }; { $command } entfernt sie
doctor-cleaned = { $size } aufgehobener Dateien und { $disks ->
    [one] eine zurückgelassene Platte
   *[other] { $disks } zurückgelassene Platten
} entfernt

marked-note = Hinweis: { $note }.
marked-stated = gesagt
marked-unsure = unsicher
marked-missed = fehlt
marked-wrong = falsch
marked-decide = vergleiche mit der Musterantwort und entscheide selbst.
marked-points = { $earned } von { $core } Kernpunkten.
marked-foreign = deutsche Antworten werden nicht bewertet: vergleiche mit der Musterantwort
marked-empty = in dieser Antwort stehen keine Worte
marked-key-words = Stichworte allein behaupten nichts: sag es in Sätzen
marked-doubtful = die Reihenfolge der Worte macht das schwer zu lesen
marked-scrambled = die Worte stehen in einer Reihenfolge, die nichts sagt: sag es in Sätzen
marked-cut = die Antwort hat mehr als { $words } Wörter: nur die ersten { $words } wurden gelesen
