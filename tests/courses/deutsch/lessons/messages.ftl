# Einige Worte der Oberfläche; was fehlt, sagt sie auf Englisch.

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
