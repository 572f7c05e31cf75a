# What the interface says to a learner, in English: the source of all translations.
#
# A course in another language may bring `lessons/messages.ftl` with some of these in its
# own words; what it leaves out is said in English. The syntax is Project Fluent's.

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
