# What the interface says to a learner, in English: the source of all translations.
#
# A course in another language may bring `lessons/messages.ftl` with some of these in its
# own words; what it leaves out is said in English. The syntax is Project Fluent's.
#
# Not here, and always in English: the help, errors of usage and faults of the runner, the commands
# for instructors, JSON, and what the system and other tools say.

## Answers

answer-right = right
answer-missed = not yet
answer-model = A model answer:
answer-no-word = There is no word in it.
answer-key-words = Key words claim nothing: say it in a sentence.
answer-scrambled = In this order the words say nothing: say it in a sentence.
answer-not-read = Answers in this language are not marked here: compare yours with the model answer.
answer-cut = Only the first { $words ->
    [one] { $words } word
   *[other] { $words } words
} were read.
answer-compare = Does your answer say what the model answer says?

## Kinds of questions

kind-choice = choose one
kind-choices = choose all that are right
kind-match = match
kind-order = put in order
kind-number = a number
kind-text = in your own words
kind-prediction = prediction
kind-sketch = to draw
kind-specimen = to look at, live
kind-drill = to write
kind-measured = about your runs
number-in = (in { $unit })
edit-file = edit { $file }

## Prompts

prompt-choice = your choice
prompt-choices = all that are right (space chooses, Enter is done)
prompt-order = their order (space takes hold, arrows move, Enter is done)
prompt-text = in your own words (e alone opens your editor)
prompt-prediction = your prediction, in { $unit }
prompt-sheet = Open a sheet to draw on in your editor?
prompt-solution = You have not passed this yet. Look at the solution all the same?
prompt-list = go to
read-on = { $enter } goes on, { $leave } leaves the questions

## Hints

hint-number = hint { $number } of { $all }:
hint-no-more = There are no more hints.

## Predictions and what is looked at live

prediction-taken = taken down: { $figure }. Measuring ...
prediction-predicted = predicted
prediction-measured = measured
prediction-middle = the middle of { $readings }
prediction-folklore = folklore
prediction-said = { $figure }, said by { $who }: { $judgement }.
prediction-said-too = It is what you said, too.
prediction-inconclusive = it cannot be measured here:
prediction-close = close
prediction-low = too low by a factor of { $factor }
prediction-high = too high by a factor of { $factor }
prediction-low-by = too low by { $difference }
prediction-high-by = too high by { $difference }
live-inconclusive = inconclusive:
live-undecided = Nothing is counted; it stays to be done.
live-again = Another one is started, with other figures.
live-stands = It stands as long as you are asked: from another terminal, { $command } shows all of it.

## Verdicts

verdict-passed = passed: all { $checks ->
    [one] { $checks } check
   *[other] { $checks } checks
} hold
verdict-missed = missed: { $missed } of { $checks ->
    [one] { $checks } check
   *[other] { $checks } checks
}
verdict-stopped = missed: { $runs ->
    [one] { $runs } run did not come to its end
   *[other] { $runs } runs did not come to their end
}
verdict-inconclusive = inconclusive: { $undecided } of { $checks ->
    [one] { $checks } check
   *[other] { $checks } checks
} cannot be told on this machine
verdict-broken = does not compile
verdict-not-compiled = { $program } does not compile:
verdict-undecided = cannot be told:
verdict-same-reason = for the same reason
verdict-expected = expected
verdict-observed = observed
verdict-as-above = as above

## The session

session-review = First, { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} that you missed before.
session-onward = { $key } goes on
session-no-drill = There is no program to write here; { $key } goes on.
session-no-questions = This lesson asks no questions.
session-no-next = This is the last lesson; { $key } shows them all.
session-no-previous = This is the first lesson.
session-lesson-done = The lesson is done.
session-lesson-left = The lesson is not done yet: { $questions } asks its questions, { $next } goes on.
session-course-done = The course is done. Well mapped!
session-save = Each save is judged.
session-no-run = There was no run of this yet: save, or press r.
session-verdict-on = Verdict on { $files }:
key-run = run
key-hint = hint
key-next = next
key-previous = previous
key-list = list
key-questions = questions
key-solution = solution
key-verdict = verdict
key-timeline = timeline
key-keys = keys
key-quit = quit

## Lists of words

list-more = { $items }, { $next }
list-last = { $items } and { $next }

## Lessons: list, status, open

lesson-done = done
lesson-steps = { $done }/{ $steps } steps
lesson-minutes = { $minutes } min
lesson-hints = { $hints ->
    [one] { $hints } hint
   *[other] { $hints } hints
}
lesson-solution = solution seen
lesson-sentence = Lesson { $lesson }, { $title }: { $notes }.
lesson-begun = begun, { $done } of { $steps ->
    [one] { $steps } step
   *[other] { $steps } steps
} done
lesson-untouched = not begun, about { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
lesson-hints-used = { $hints ->
    [one] { $hints } hint
   *[other] { $hints } hints
} used
lesson-open = open
lesson-about = about { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
lesson-builds-on = builds on { $lessons }
status-done = { $done } of { $lessons ->
    [one] { $lessons } lesson
   *[other] { $lessons } lessons
} done
status-left = about { $time } left
status-due = { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} that you missed came back: `mmaplings` asks again.
status-now = now: { $lesson }  { $title } ({ $done } of { $steps ->
    [one] { $steps } step
   *[other] { $steps } steps
} done)
status-course-done = The course is done.
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-both = { $hours } h { $minutes } min
measured-later = What is right is what your own runs show: there is something to choose once there was one.
open-asks = { $command } asks and watches
open-chapter = { $command } shows its chapter of the book
open-answer = { $command } answers the questions from a file
open-specimen = { $command } shows what is held still for you
open-check = { $command } judges what you wrote

## Workspaces and programs: start, init, read, reset, solution

note = note:
progress-damaged = the progress file could not be read: { $damage }. It is kept as { $file }; progress starts anew.
start-offer = Make a folder { $folder } for your programs and your progress?
start-elsewhere = `mmaplings init DIR` makes one elsewhere.
start-language = Which language will you write in?
start-made = made { $folder }; next time, type { $command } there or here
init-made = made a workspace for { $language } in { $directory }
init-next = next: { $command }
read-no-book = this course has no book
reset-nothing = { $lesson } has no programs to reset
reset-unchanged = { $file } is as it was handed out
reset-written = { $file } was not there and is now
reset-replaced = { $file } is as it was handed out again; yours is kept as { $kept }
solution-nothing = { $lesson } has no programs to write
session-polling = saves are looked for five times a second: { $why }

## Answers from a file, drawings and specimens

answer-measuring = holding the answers against this machine
answer-done = { $done } of { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} done
answer-left = not answered: { $questions }
sketch-running = running the specimens
specimen-letter = (the letter of a line above)
specimen-answer = `{ $command }` takes the answers, in a table [{ $specimen }] that names seed = { $seed }.
specimen-left-out = { $question } is left out: { $reason }.
specimen-parent = parent { $process }
specimen-process = process { $process }
specimen-child = child { $process }
specimen-later-child = child { $number } { $process }
specimen-lines = { $who }: lines of /proc/{ $process }/smaps, some of their counters
specimen-pmap = { $command }, some lines and columns, in kB
specimen-other-pmap = this one prints another table
specimen-perf = { $command }, of another run from its first instruction on

## The report

report-nothing = Nothing has been tried yet: `mmaplings` begins.
report-no-run = No drill has been run yet.
report-last-run = The last run: { $drill } of { $lesson }
report-lesson = { $lesson }  { $title }: { $done } of { $steps } steps
report-passed = passed
report-missed = missed so far
report-untried = not tried
report-tries = { $tries ->
    [one] { $tries } try
   *[other] { $tries } tries
}
report-solution = solution seen before
report-again = asked again from { $date }
report-wrote = wrote { $file }
step-read = read
step-choice = choice
step-choices = choices
step-match = match
step-order = order
step-number = number
step-text = text
step-predict = predict
step-sketch = sketch
step-specimen = specimen
step-measured = measured
step-drill = drill
