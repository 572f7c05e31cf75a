# Die Worte der Oberfläche für diesen Kurs, soweit er sie braucht; was fehlt, sagt sie auf Englisch.

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
