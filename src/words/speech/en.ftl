# What the interface says to a learner, in English: the source of all translations.
#
# A course in another language may bring `lessons/messages.ftl` with some of these in its
# own words; what it leaves out is said in English. The syntax is Project Fluent's.
#
# Not here, and always in English: the help, errors of usage and faults of the runner, the commands
# for instructors, JSON, and what the system and other tools say. The book's page "A course in
# another language" says why.

## Answers

answer-right = right
answer-missed = not yet
answer-model = A model answer:
answer-no-word = There is no word in it.
answer-more-right = Of those that you did not choose, { $options ->
    [one] one more is
   *[other] more are
} right.
answer-pairs-right = All { $pairs ->
    [one] 1 pair
   *[other] { $pairs } pairs
} belong together as you have it.
answer-key-words = Key words claim nothing: say it in a sentence.
answer-scrambled = In this order the words say nothing: say it in a sentence.
answer-not-read = Answers in this language are not marked here: compare yours with the model answer.
answer-cut = Only the first { $words ->
    [one] { $words } word
   *[other] { $words } words
} were read.
answer-not-so = not so:
answer-compare = Does your answer say what the model answer says?

## Answers that cannot be read as one

unreadable-letter = the answer to { $question } must be one option, such as "b"
unreadable-letters = the answer to { $question } must be a list, such as ["a", "c"]
unreadable-partners = the answer to { $question } must be a list with a partner for each on the left, such as ["c", "a"]
unreadable-sequence = the answer to { $question } must be a list of all items in their order, such as ["b", "a", "c"]
unreadable-figure = the answer to { $question } must be a number, or a text such as "10 MiB"
unreadable-text = the answer to { $question } must be marked by its rubric
unreadable-kind = the answer to { $question } must be of the question's own kind
unreadable-option = { $question } has no option "{ $given }": it has a to { $last }
unreadable-length = the answer to { $question } must give { $wanted }, and gives { $given }
unreadable-twice = the answer to { $question } uses '{ $letter }' twice
unreadable-number = "{ $given }" is not a number of { $unit }, as { $question } asks for
unreadable-specimen = the answers to { $specimen } must be a table [{ $specimen }], with the seed that `mmaplings specimen` told
unreadable-seed = [{ $specimen }] must name the `seed` that `mmaplings specimen` told
unreadable-question = [{ $specimen }]: it has no question "{ $name }"; it asks { $questions }
unreadable-question-near = [{ $specimen }]: it has no question "{ $name }"; did you mean "{ $near }"?
unreadable-unanswered = [{ $specimen }] gives no answer to { $question }

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
prompt-chosen = chosen
prompt-ordered = your order
prompt-none = nothing
prompt-no-number = "{ $given }" is not a number of { $unit }
prompt-text = in your own words (e alone opens your editor)
prompt-prediction = your prediction, in { $unit }
prompt-sheet = Open a sheet to draw on in your editor?
prompt-hint = A hint first?
prompt-solution = You have not passed this yet. Look at the solution all the same?
prompt-list = go to
read-more = { $enter } shows more, { $leave } leaves the questions
read-on = { $enter } goes on, { $leave } leaves the questions

## Hints

hint-number = hint { $number } of { $all }:
hint-no-more = There are no more hints.

## Predictions and what is looked at live

prediction-taken = taken down: { $figure }. Measuring ...
prediction-predicted = predicted
prediction-measured = measured
prediction-middle = the middle of { $readings }
prediction-each = in each of { $runs } runs
prediction-no-unit = what is measured cannot be told in { $unit }
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
live-again = { $enter } goes on. The next one will have other figures.
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
verdict-held = Nothing is missed: the drill counts as done, as far as this machine can tell. { $command } says how to get what is lacking.
verdict-broken = does not compile
verdict-not-compiled = { $program } does not compile:
verdict-undecided = cannot be told:
verdict-same-reason = for the same reason
verdict-stopped-before = the scene had stopped by then
verdict-expected = expected
verdict-observed = observed
verdict-as-above = as above
verdict-undecided-same = cannot be told for the same reason
verdict-others-named = { $misses } misses are only named: they may go with the first. v tells all.
verdict-scene = scene { $scene }
verdict-scene-run = scene { $scene } (run { $run })
verdict-stop = { $place }: { $what }
verdict-in = in
verdict-why = why
verdict-book = book
verdict-seed = seed { $seed }
verdict-instruments = seen by { $instruments }
verdict-confined = confined: { $level }
mark-held = held:
mark-missed = missed:
refusal = { $times ->
    [one] { $who } was refused: { $what }
   *[other] { $who } was refused, { $times } times: { $what }
}

## Figures, and texts that are none

unit-bytes = bytes
unit-pages = pages
unit-faults = faults
unit-mappings = mappings
unit-percent = percent
figure-pages = { $number ->
    [one] { $count } page
   *[other] { $count } pages
}
figure-faults = { $number ->
    [one] { $count } fault
   *[other] { $count } faults
}
figure-mappings = { $number ->
    [one] { $count } mapping
   *[other] { $count } mappings
}
figure-example-bytes = 4096, 4 KiB or 1 page
figure-example-pages = 16, 16 pages or 64 KiB
figure-example-faults = 1000 or 16,384 faults
figure-example-mappings = 2 or 3 mappings
figure-example-percent = 50 or 50 %
figure-empty = write a number, such as { $example }; 0 if you expect nothing
figure-too-long = that is { $length } characters long: write one number, such as { $example }
figure-no-number = "{ $text }" does not begin with a number: write one such as { $example }
figure-comma = is "{ $text }" a decimal? write 1.5 with a point, and 1,500 or 1500 for thousands
figure-no-unit = "{ $text }" is not a unit here: this asks for { $asked }, such as { $example }
figure-too-large = "{ $text }" is larger than any machine

## Bounds and moments: parts of the sentences below

text-shortened = { $first }…{ $last } ({ $letters } letters)
text-parts = from letter { $letter } on, { $found } stands where { $wanted } should
bound-exactly = exactly { $amount }
bound-between = { $least } to { $most }
bound-least = at least { $amount }
bound-most = at most { $amount }
bound-none = none
bound-any = any amount
moment-at = at { $checkpoint }
moment-between = between { $start } and { $end }
moment-from-to = from { $start } to { $end }
moment-start = its start
moment-end = its end
expected-after = { $what }, after { $checkpoint }
expected-before = { $what }, before { $checkpoint }
expected-between = { $what }, between { $start } and { $end }

## Evidence: lines that show what was seen
# Lines of maps and of calls are the kernel's and the same in all languages.

evidence-more = … and { $lines } more
call-unfinished = (did not return)
call-refused = refused by the runner
descriptor-at-position = descriptor { $number }: { $path } at position { $position }
descriptor-sealed = descriptor { $number }: { $path }, { $length } long, { $seals }
descriptor-seals-unknown = seals unknown
descriptor-no-seal = no seal

## Runs: whether they came to their end
# `ending-…` are clauses behind "and" or a colon; `stopped-…` stand behind "the scene".

run-expected = { $who } to run
run-never-started = it was never started
run-unended = it did not come to its own end
checkpoint-expected = { $who } to print "checkpoint { $checkpoint }"
checkpoint-none = it reached no checkpoint, and { $ending }
checkpoint-unasked-expected = the scene to come to where it looks at { $who } ({ $checkpoint })
checkpoint-unasked = it did not: { $observed }
checkpoint-unobserved = it printed "checkpoint { $checkpoint }", though not as a line of its own that ends with a newline, or not by a write of its own, and { $ending }
checkpoint-others = it reached { $reached }, and { $ending }
ending-exited = it exited with status { $status }
ending-exited-expected = { $who } to exit by itself with status { $status }
ending-signalled = it was killed by { $signal }
ending-signalled-at = it was killed by { $signal } at address { $address }
ending-signalled-at-map-failed = it was killed by { $signal } at the address MAP_FAILED: a call of mmap failed, and what it returned was used
ending-signalled-at-null = it was killed by { $signal } at address { $address }, next to a null pointer
ending-signalled-expected = { $who } to be killed by { $signal }
ending-scene = the scene killed it
ending-limit = it was killed for running into a limit
ending-left-behind = it was left behind and killed
ending-scene-over = it was still running when the scene was over, and killed
ending-out-of-memory = the kernel killed it, for it needed more memory than its control group may have
ending-not-started = it could not be started: { $error }
awaited-checkpoint = checkpoint { $checkpoint } of { $who }
awaited-result = a line { $result }=… of { $who }
awaited-end = the end of { $who }
awaited-presence = { $who } to look at: { $checkpoint }
scene-stopped = { $observed }: the scene { $stopped }
stopped-timed-out = waited { $seconds } s for { $awaited }, and it did not come
stopped-timed-out-at-input = waited { $seconds } s for { $awaited }, and it did not come: the program stood waiting for its standard input
stopped-program-ended = waited for { $awaited }, and the program ended first
stopped-limit-reached = waited for { $awaited }, and the program ran into a limit first
stopped-and-ended = { $what }: { $ending }
limit-time = { $who } was still running after { $seconds } s and was killed
limit-output = { $who } printed more than { $allowed } and was killed
limit-memory = { $who } had { $seen } of memory resident, where { $allowed } is allowed, and was killed
limit-disk = { $who } wrote { $seen } to the disk, where { $allowed } is allowed, and was killed
limit-files = { $who } made more than { $allowed } files, or folders that cannot be looked through, and was killed
limit-processes = { $who } had more than { $allowed } processes and was killed with all of them
limit-group = { $who } needed more than the { $allowed } of memory that this scene allows, in pages that cannot be read again from a file, and the kernel killed it (out of memory)

## Checks on what a program prints: `output`, `seen`

output-expected = { $who } to print { $result }={ $value }
output-line-expected = { $who } to print a line { $result }=…
output-printed = it printed { $result }={ $value }
output-none = it printed no line { $result }=…, and { $ending }
output-lines = it printed { $lines ->
    [one] 1 such line
   *[other] { $lines } such lines
}
output-too-few = it printed { $lines ->
    [one] 1 such line
   *[other] { $lines } such lines
}, where line { $nth } is asked for
seen-expected = { $who } to see the { $value } that { $from } stored
seen = { $who } saw { $value }

## Checks on files: `file`

file-expected = a file { $path }
file-absent = it is not there
file-length-expected = { $path } to be { $length } bytes long
file-length-kept-expected = { $path } to be { $length } bytes long, as before
file-length = it is { $length } bytes long
file-unchanged = { $path } is unchanged
file-unchanged-expected = { $path } unchanged
file-changed = { $bytes ->
    [one] 1 byte
   *[other] { $bytes } bytes
} of { $path } changed, as they should
file-changed-expected = { $path } as it was, but for { $stores ->
    [one] 1 store
   *[other] { $stores } stores
}
file-bytes-missing = { $bytes ->
    [one] 1 byte
   *[other] { $bytes } bytes
} not there that should be
file-bytes-stray = { $bytes ->
    [one] 1 byte
   *[other] { $bytes } bytes
} changed that should not have
file-offset-changed = offset { $offset }: { $before } -> { $after }
file-offset-lacks = offset { $offset }: { $found } where { $wanted } should be
file-nothing = nothing

## Checks on processes: `processes`

processes = { $number ->
    [one] 1 process
   *[other] { $number } processes
}
processes-left-behind = { $number ->
    [one] 1 process
   *[other] { $number } processes
} left behind
processes-expected = { $amount } in { $who }'s tree
processes-left-behind-expected = { $amount } in { $who }'s tree left behind
processes-one = process { $process }, made by { $parent }: { $ending }

## Checks on mappings: `mapping`, `adjacent`
# The first ones say which mapping is meant, and are put into the sentences behind them.

mapping-any = a mapping
mapping-private-anonymous = a private anonymous mapping
mapping-shared-anonymous = a shared anonymous mapping
mapping-private-file = a private file-backed mapping
mapping-shared-file = a shared file-backed mapping
mapping-of-file = { $mapping } of { $path }
mapping-detailed = { $mapping }, { $details }
mapping-long = { $size } long
mapping-at-least-long = at least { $size } long
mapping-perms-either = { $one } or { $other }
mapping-from-offset = from offset { $offset }
mapping-backed-by-memfd = backed by a memfd
mapping-backed-by-file = backed by a file
mapping-backed-by-nothing = backed by no file
mapping-number = number { $number } of those
mapping-expected = { $mapping }, at { $checkpoint }
mapping-none = { $who } has no such mapping; its own are shown
mapping-failed = { $who } has no such mapping: a call of mmap failed
near-length = { $who } has no such mapping: one is like it, but { $size } long
near-offset = { $who } has no such mapping: one is like it, but begins at offset { $offset }
near-permissions = { $who } has no such mapping: one is like it, but { $permissions }
near-private = { $who } has no such mapping: one is like it, but private
near-shared = { $who } has no such mapping: one is like it, but shared
near-file = { $who } has no such mapping: one is like it, but of { $path }
near-another = { $who } has no such mapping: one is like it, but of something else
mappings-expected = { $number } of: { $mapping }, at { $checkpoint }
mappings-number = { $who } has { $number } of them
same-file-expected = { $who } and { $other } to map the same inode
same-file-no-mapping = { $who } has no such mapping
same-file-inodes-differ = the inodes differ: two files, not one
row-then = { $row }, then { $mapping }
row-expected = { $row }, one right behind the other, at { $checkpoint }
row-of-file-expected = { $row }, one right behind the other, of the same file, at { $checkpoint }
row-of-pages-expected = { $row }, one right behind the other, showing the same pages of one file, at { $checkpoint }
row-differs = they lie so, and show different memory
row-lacks = { $who } has no such mapping as { $mapping }; its own are shown
row-apart = they are there, and do not lie so

## Checks on memory: `rss`
# `$counter` is as smaps writes it: Rss, Private_Dirty, …

memory-of-mapping = { $counter } of { $mapping }
memory-of-process = { $counter } of the whole process
memory-held = { $memory } { $moment }: { $amount }
memory-expected = { $memory }, { $moment }: { $amount }
memory-in-pages = { $size } ({ $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
})

## Checks on single pages: `pages`

pages-resident = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} of it resident: { $mapping }
pages-copied = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} of it a copy of its own: { $mapping }
pages-expected = { $pages }, of { $mapping }, at { $checkpoint }
pages-resident-exactly = exactly the { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} asked for to be resident
pages-resident-including = the { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} asked for to be resident
pages-resident-excluding = none of { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} to be resident
pages-copied-exactly = exactly the { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} asked for to be a copy of its own
pages-copied-including = the { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} asked for to be a copy of its own
pages-copied-excluding = none of { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} to be a copy of its own
pages-missing = { $pages } of them missing
pages-too-many = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} too many
page-resident = page { $page }, at offset { $offset }: resident
page-not-resident = page { $page }, at offset { $offset }: not resident
page-copied = page { $page }, at offset { $offset }: a copy of its own
page-not-copied = page { $page }, at offset { $offset }: not a copy of its own

## Checks on seals: `seals`

seals-expected = { $seals } on { $whose }, at { $checkpoint }
seals-memfd = a memfd
seals-memfd-behind = the memfd behind { $mapping }
seals-no-descriptor = { $who } holds no descriptor of it
seals-none = it has no seal
seals-only = it is sealed with { $seals } only
seals-none-of-several = none of them is

## Checks on calls: `calls`
# Each of the middle ones takes what was said so far (`$calls`) and says more of it.

calls-number = { $number ->
    [one] 1 call
   *[other] { $number } calls
}
calls-none = no such call
calls-expected = { $amount } of { $names }
calls-with-flags = { $calls } with { $flags }
calls-on-file = { $calls } on { $path }
calls-that-fail = { $calls } that fail with { $errno }

## Checks on signals: `signal`

signals-number = { $number ->
    [one] 1 signal
   *[other] { $number } signals
}
signals-none = no such signal
signals-caught = { $signal } caught
signals-deadly = { $signal } that ends it
signals-expected = { $amount } of { $signal }
signals-at-mapping = { $signals }, raised by an access to { $mapping }
signals-at-offset = { $signals }, raised by an access to offset { $offset } of { $mapping }
signals-over-and-over = { $signal } came { $times } times at address { $address }: the handler returns, and the same access is made again
signal-at-address = { $signal } at address { $address }
signal-handled = { $signal } met a handler
signal-put-off = { $signal } met a handler that did not last: still blocked, or reset
signal-ignored = { $signal } is ignored
signal-unhandled = { $signal } met none
signal-unknown = { $signal } met what cannot be read

## Checks on bytes read and written: `bytes-read`, `bytes-written`, `disk-read`
# `$moment` is `moment-from-to`.

traffic-bytes = { $bytes ->
    [one] 1 byte
   *[other] { $bytes } bytes
}
traffic-read = { $amount } read through read-family calls { $moment }
traffic-written = { $amount } written through write-family calls { $moment }
traffic-from-disk = { $amount } read from the disk { $moment }

## Checks on page faults: `faults`

faults-minor = { $number ->
    [one] 1 minor fault
   *[other] { $number } minor faults
}
faults-major = { $number ->
    [one] 1 major fault
   *[other] { $number } major faults
}
faults-between = { $amount } { $moment } ({ $source })
claim-expected = a line { $result }=… that tells of the { $faults }
claim-within-expected = { $result }=… within { $within } of the { $faults }
claim-agrees = it printed { $result }={ $value }; { $faults }
claim-more = it printed { $result }={ $value }, { $difference } more than were counted
claim-fewer = it printed { $result }={ $value }, { $difference } fewer than were counted
claim-no-number = it printed { $result }={ $value }, which is no number

## Checks of one run against another: `compare`; tables of runs and questions about them

compare = { $amount }; { $share } of { $other }
compare-expected = { $figure } of { $who }: { $share } of the { $amount } of { $other }
compare-any-share = any share
compare-no-share = no share
compare-in-scene = { $who } in { $scene }
figure-from-disk = { $size } from the disk
figure-disk-read = bytes from the disk
figure-minor-faults = minor faults
figure-major-faults = major faults
measured-none = None of these
measured-feedback = { $feedback } In your runs: { $amount }; the run that it is held against: { $whole }.
measured-left-out = Not measured on this machine, and left out: { $options }.
measured-run-first = this asks about your own runs of `{ $drill }`, and there are none without a miss yet: write it and let it be judged first
measured-not-here = this asks about runs that were not measured on this machine: { $reason }

## Checks on what a power cut leaves: `survives`, `untorn`, `versions`

cut = power cut { $moment }; survives: { $survivors }
cut-expected = the power to be cut
cut-absent = it was not
survival-number-expected = { $who } to print { $result }=K, K being a number of records
survival-acknowledged-expected = { $who } to acknowledge no more than the { $number } that it was sent
survival-expected = record { $number } ({ $record }), acknowledged before the power was cut, to be listed by { $who }
survival-other = { $who } shows { $record } in its place
survival-only = { $who } shows { $records ->
    [one] 1 record
   *[other] { $records } records
} only
survival-held = { $acknowledged ->
    [one] 1 record
   *[other] { $acknowledged } records
} acknowledged, { $listed } listed after the cut
flush-expected = { $who } to flush, and the flush to succeed, before it prints { $result }={ $value }
flush-absent = it did not
flush-no-call = (no call in between that writes it out)
untorn-expected = record { $number } to be { $record } or not there
untorn-no-more-expected = no more than the { $records ->
    [one] 1 record
   *[other] { $records } records
} that were sent
untorn-shows = { $who } shows { $result }={ $value }
untorn-held = { $records ->
    [one] 1 record
   *[other] { $records } records
} listed, each as it was sent
versions-expected = { $who } to print { $result }=…
versions-none = it printed none, and { $ending }
versions-whole-expected = each { $result }=… of { $who } to be one of the { $number } written, whole
versions-written = written: { $version }
versions-begins = it begins as version { $version } does
versions-newest-acknowledged-expected = { $who } to show nothing older than version { $version }, which was acknowledged
versions-newest-shown-expected = { $who } to show nothing older than version { $version }, which was shown before
versions-printed = it printed { $result }={ $value }, version { $version }
versions-acknowledged-expected = no more than { $versions ->
    [one] 1 version
   *[other] { $versions } versions
} to be acknowledged
versions-acknowledged = { $number } are
versions-held = { $lines ->
    [one] 1 line
   *[other] { $lines } lines
}, each a whole version, the last of them version { $version }

## What cannot be told, and why

undecided-no-scene = no scene that this check looks at was run
undecided-scene-not-run = the scene { $scene } was not run
undecided-not-run-in-scene = { $who } was not run in { $scene }
undecided-check-at-fault = the check itself is at fault: { $error }
undecided-no-list = { $name } is not a list
undecided-no-file = { $name } is not a file
undecided-offset = offset { $offset }
undecided-exit-unread = its books could not be read as it exited
undecided-io = /proc/PID/io cannot be read here
undecided-pagemap = /proc/PID/pagemap cannot be read here
undecided-swapped = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} of it swapped out, as if untouched
undecided-seals = the seals of another process's descriptor cannot be read here
undecided-handlers = the handlers of a process cannot be read here
undecided-calls-dropped = it made { $calls } more calls than are recorded
undecided-signals-dropped = it got { $signals } more signals than are recorded
undecided-file-unread = what { $path } held was not read
undecided-faults = page faults cannot be counted here
undecided-faults-by-kernel = the kernel takes the faults of { $call } by itself: getrusage counts them and perf does not
undecided-uncounted = { $figure } cannot be counted here
undecided-no-cachestat = whether { $file } was in the page cache cannot be told here (cachestat comes with Linux 6.5)
undecided-not-cold = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} of { $file } in the page cache at { $checkpoint }, where none should be: the program itself, another one or this file system brought them there
undecided-not-accounted = { $pages } pages of { $file } came into the page cache, and this file system counts them for nobody
undecided-no-failing-disk = only a power-cut disk can be made to fail, and there is none here
undecided-nothing-torn = only a power-cut disk tears files, and there is none here
undecided-nothing-forgotten = only a power-cut disk forgets anything, and there is none here

## The session

session-review = First, { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} that you missed before.
session-onward = { $key } goes on, { $solution } shows the model programs
session-onward-untold = Nothing is missed, as far as this machine can tell: { $key } goes on, { $solution } shows the model programs, and `mmaplings doctor` says how to get what is lacking.
session-asked-later = Left for now: it comes back another time, and at the lesson's drill { $key } asks it again.
session-questions-wait = The lesson's text and questions wait: { $key } goes on with them.
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
key-run-about = judges the program now
key-hint-about = one more hint for it
key-next-about = on to what is next: a step, a lesson (or the arrow to the right)
key-previous-about = back to the lesson before (or the arrow to the left)
key-list-about = all lessons, to search and to go to
key-questions-about = this lesson's questions that are not answered yet
key-solution-about = the model programs, once you have passed or give up
key-verdict-about = the last verdict, every miss in full
key-timeline-about = the last run in time, and what it had in memory
key-keys-about = these lines
key-quit-about = the end; the next time the course goes on from here
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
lesson-undecided = as far as this machine can tell
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
status-sentence = { $status }.
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
sketch-no-compiler = no compiler here takes a language that its specimens are in
sketch-not-compiled = the specimen { $program } does not compile here: { $errors }
sketch-not-run = its scene was not run
sketch-not-seen = { $who } was not seen at checkpoint { $checkpoint }
sketch-stopped = { $awaited } did not come
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

## What is wrong with a drawing, and why the kernel shows it otherwise

drawing-sheet = Draw the lines of /proc/PID/maps, one for each of these:
drawing-sheet-rules =
    Write ? for what you cannot know. Addresses differ from run to run: a length
    may stand for them, such as ?+64KiB. Lines that begin with # do not count.
drawing-cut = it is { $size } long: only the first { $read } were read
drawing-lines-cut = it has more than { $most } lines: from line { $line } on none was read
drawing-no-line = it is not a line of maps: start-end permissions offset device inode path, with ? in any column
drawing-no-length = the first column is start-end in hexadecimal, or only a length such as ?+1MiB, or ?
drawing-ends-before-start = a mapping ends behind its start: the second address is the first one after it
drawing-no-permissions = permissions are four letters such as rw-p, with ? for one that you don't know
drawing-offset-no-number = the offset is a hexadecimal number such as 00001000
drawing-device-no-number = the device is major:minor in hexadecimal, 00:00 where there is no file
drawing-inode-no-number = the inode is a decimal number, 0 where there is no file
drawing-nothing-on-heap = what malloc takes from brk(2) is in [heap]; none of what was asked for here is
drawing-nothing-of-file = nothing of { $path } is mapped like that
drawing-nothing-like-it = no line of the process fits it
drawing-merged = the kernel keeps one line for neighbouring mappings that agree in permissions, flags and backing: anonymous memory that touches anonymous memory becomes one
drawing-too-short = { $length } is too short: { $what } asks for { $asked }
drawing-too-long = { $length } is too long: { $what } asks for { $asked }
drawing-readable = it may be read: r
drawing-not-readable = it may not be read: -
drawing-writable = it may be written (PROT_WRITE): w
drawing-not-writable = it may not be written: -
drawing-executable = it may be executed: x
drawing-not-executable = it may not be executed: -
drawing-shared = its stores are shared (MAP_SHARED): s
drawing-private = its stores are this process's own (MAP_PRIVATE): p
drawing-offset = the offset is where in the file the mapping begins, in bytes
drawing-no-offset = where there is no file the offset is 0
drawing-device = a file lies on a device, whose number this machine gave it
drawing-no-device = there is no file, so there is no device: 00:00
drawing-inode = a file has an inode, which its file system gave it
drawing-no-inode = there is no file, so there is no inode: 0
drawing-path-not-heap = [heap] is only what brk(2) gave; this memory came from mmap(2), and the column is blank
drawing-path-blank = there is no file behind it: the column is blank
drawing-path-zero = shared anonymous memory is a nameless file of tmpfs, shown as /dev/zero (deleted)
drawing-path-file = a file stands behind it: its path belongs here
drawing-path-other-file = another file stands behind it
drawing-path-memfd = a memfd is a nameless file of tmpfs, shown as /memfd:NAME (deleted)
drawing-path-heap = the kernel marks what brk(2) gave as [heap]
drawing-path-stack = the kernel marks the first thread's stack as [stack]
drawing-blank = (blank)
drawing-unknowable = nobody can know it before the run

## The report

report-nothing = Nothing has been tried yet: `mmaplings` begins.
report-no-run = No drill has been run yet.
report-last-run = The last run: { $drill } of { $lesson }
report-lesson = { $lesson }  { $title }: { $done } of { $steps } steps
report-passed = passed
report-undecided = not missed, as far as this machine can tell
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

## Pictures of memory

flavour-private-anonymous = private anonymous
flavour-shared-anonymous = shared anonymous
flavour-private-file = private file-backed
flavour-shared-file = shared file-backed
flavour-kernel = the kernel's own
named-anonymous = (anonymous)
named-shared-anonymous = (shared anonymous)
permission-read = readable
permission-write = writable
permission-execute = executable
permission-none = no access
space-title = { $title }: { $mappings ->
    [one] { $mappings } mapping
   *[other] { $mappings } mappings
}, { $mapped } mapped, { $resident } resident
space-sentence = Address space of { $title }.
space-from = from
space-permissions = perm
space-size = size
space-scale = (log scale)
space-resident = resident
space-name = name
space-gap = { $size } of addresses without a mapping
space-none-resident = nothing of it resident
space-all-resident = all of it resident
space-part-resident = { $size } of it resident
space-several = { $mappings } mappings of one file
space-several-shared = { $mappings } mappings, the first shared file-backed
space-mapping = At { $address }: { $name }, { $what }, { $size }, { $resident }.
maps-process = { $name } (process { $process })
maps-none = { $who } has no address space of its own: a kernel thread, or a process that has ended
link-both = stores by either are seen by both
link-first = stores by the first are seen by the second
link-second = stores by the second are seen by the first
link-read = both read the same pages
pair-title = Two address spaces: { $one } and { $other }.
pair-inode = inode { $inode }: { $says }
pair-linked = Both map { $name } (inode { $inode }, { $size }): { $one }, { $other }; { $says }.
pair-maps = { $who } maps it { $permissions } at { $address }
pair-only = Only { $who } maps { $name }, { $flavour }, { $size }, at { $address }.
pair-nothing = nothing that one stores can be seen by the other
pair-nothing-sentence = Nothing that one stores can be seen by the other.
pair-private = Both map the same files privately: { $files }.
pages-title = { $permissions } { $name }: { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
} of { $size }
pages-count = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
}
pages-state = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
}: { $state }.
pages-cell = each cell is { $pages } pages, { $size }
state-absent = not present: never touched, or given back
state-swapped = swapped out
state-zero = the shared page of zeroes: read and never written
state-cached = pages of the page cache, mapped by this process only
state-shared = mapped by another process too
state-dirty = pages of the page cache, written and not on the disk yet
state-anonymous = anonymous memory of this process, written
state-copied = private copies of file pages, made when they were written

## A drawing beside the live lines

sketch-problem = the drawing: { $problem }
sketch-missing = missing: { $what }
sketch-not-counted = not counted, for this run does not show it: { $names }
sketch-score = { $earned } of { $possible } columns that can be known are right
sketch-line = line { $number }:
sketch-drawn = drawn
sketch-live = live
sketch-merged = the kernel has merged it with { $with }: { $why }
sketch-unasked = true, though nobody asked for it
sketch-repeated = { $entry } once more: line { $first } stands for it
sketch-not-there = not there: { $why }
sketch-unreadable = cannot be read: { $why }
sketch-wrong = { $column }: drawn { $drawn }, live { $live }: { $why }
sketch-wrong-unreadable = { $column }: { $drawn } cannot be read: { $why }
sketch-open = { $column }: left open, live { $live }
sketch-unknowable = { $column }: drawn { $drawn }, live { $live }: { $why }
column-length = length
column-permissions = permissions
column-offset = offset
column-device = device
column-inode = inode
column-path = path
sign-right = Right,
sign-wrong = Wrong,
sign-note = Note,

## What a program did, over time

run-title = { $program }: { $ending } in { $time }
run-in-scene = { $who } in scene { $scene }
run-after = After { $time }: { $what }.
run-calls = { $calls ->
    [one] { $calls } call
   *[other] { $calls } calls
}: { $counts }.
pair-in-scene = two address spaces in scene { $scene }
process-child = a child of { $who }, { $process }
process-at = { $who } at { $checkpoint }
run-exited = exit status { $status }
run-signalled = ended by { $signal }
run-killed = killed by the runner
run-asked = killed on request
run-not-started = not started
lane-calls = calls
lane-calls-all = { $calls ->
    [one] { $calls } call
   *[other] { $calls } calls
}
lane-stops = stops
lane-stops-all = { $checkpoints ->
    [one] { $checkpoints } checkpoint
   *[other] { $checkpoints } checkpoints
}
lane-resident = resident
lane-most = max { $size }
lane-faults = faults
lane-faults-all = { $faults } in all
stop-end = end of process { $process }
stop-checkpoint = checkpoint { $checkpoint }
stop-resident = { $what }: { $size } resident
stop-faults = { $minor } minor and { $major } major faults so far
stop-read = { $size } read from storage
run-refused = refused by the observer
calls = Calls
calls-on-memory = Calls on memory
calls-asked-for = Calls on memory and others asked for
calls-heading = { $what }: { $counts }
calls-listed-none = none
calls-traced = { $calls } traced in all
calls-more = { $number } more: { $calls }
calls-more-hidden = { $number } more: { $calls } (--all shows them)
calls-dropped = { $number } more calls came after the first { $kept }, and were only counted.
runs-time = time
runs-disk = from disk
runs-minor = minor faults
runs-major = major faults
runs-from-the-disk = from the disk
runs-figures = { $time }, { $disk } from the disk, { $minor } minor and { $major } major faults
runs-unknown = unknown
runs-missing = not measured: { $reason }

## What was observed of any program

observe-owner = { $program } is meant to run as its owner; under observation it runs as you.
observe-group = { $program } is meant to run as its group; under observation it runs as you.
observe-left-behind = { $program } has ended; { $processes ->
    [one] a process that it left behind is observed until it ends too
   *[other] { $processes } processes that it left behind are observed until they end too
}. Ctrl-C ends what is left.
observe-no-checkpoint = it printed no `checkpoint { $checkpoint }`; its last address space is shown.
observe-buffered = Its output was no terminal: a C program writes its lines there when its buffer is full, so that a checkpoint may show a later moment than the one it names.
observed-over-time = Over time
observed-space = Address space
observed-unread = It could not be read: the program was killed, or guards itself.
observed-whose = { $program } { $when }
observed-moment = { $when } (process { $process })
observed-at-end = at its end
observed-at-checkpoint = at checkpoint { $checkpoint }
observed-largest = at its largest, after { $time } (process { $process })
observed-processes = processes
observed-io = io
observed-faults = { $minor } minor, { $major } major ({ $source })
observed-peak = { $size } at most, by looks in passing and at checkpoints
observed-read-and-written = read { $read } by { $reads ->
    [one] { $reads } call
   *[other] { $reads } calls
}, { $stored } of it from storage; wrote { $written } by { $writes ->
    [one] { $writes } call
   *[other] { $writes } calls
}
observed-checkpoint = checkpoint { $checkpoint } of process { $process }: { $size } resident
observed-after = After { $time }:
observed-level = After { $time }: { $size } resident.
observed-level-faults = After { $time }: { $size } resident, { $faults } faults so far.

## Web pages

html-made = Made by { $program }.
html-chart = { $title }: at most { $most } in { $time }
html-mark = { $what } at { $time }
html-as-table = As a table
html-after = After
html-after-time = after { $time }
html-space = { $title }. Bars are to a logarithmic scale; the strong part is resident.
html-row = { $name }: { $size }, { $resident } resident
html-at = at
html-part-resident = { $size } resident
html-pair-nothing = Nothing that one of { $one } and { $other } stores can be seen by the other.
html-mappings = Mappings
html-address = Address
html-permissions = Permissions
html-flavour = Flavour
html-size = Size
html-resident = Resident
html-name = Name
html-observed = { $program } observed
html-io = It { $io }.
html-calls-listed = calls listed
html-resident-most = resident at most
html-minor-faults = minor faults
html-major-faults = major faults
html-memory = Resident memory
html-faults = Page faults so far
html-checkpoints = Checkpoints
html-checkpoint = Checkpoint
html-process = Process
html-minor = Minor faults
html-major = Major faults
html-none = None.
html-first = The first { $listed } of { $all } are listed.
html-call-by-call = Call by call
html-call = Call
html-result = Result
html-calls = Calls: { $calls }
html-progress = Progress in this course, as of { $date }.
html-of = { $done } of { $all }
html-lessons-done = lessons done
html-minutes-left = minutes left, about
html-hints-used = hints used
html-questions-due = questions to repeat
html-begun = begun
html-untouched = not begun
html-steps = { $done } of { $steps } steps of { $title }
html-about = { $done } of { $steps } steps, about { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
html-step-by-step = Step by step
html-step = Step
html-kind = Kind
html-standing = Standing
html-notes = Notes
html-passed = passed
html-missed = missed
html-inconclusive = inconclusive here
html-held = held
html-undecided = undecided
html-seen-by = with seed { $seed }, seen by { $instruments }.
html-not-compiled = { $program } does not compile
html-stop = Scene { $scene }: { $what }
html-checks = Checks
html-check = Check
html-seen = What was seen
html-run-again = { $who } in scene { $scene }, run { $run }
html-share = What { $one } and { $other } share
html-space-at = Address space at { $checkpoint }

## What goes on: progress

progress-kit = compiling memmap2 and libc, this once
progress-compiling = compiling { $program }
progress-waiting = waiting for another run that uses { $file }
progress-making = making { $file }, { $size }
progress-filling = writing { $file }
progress-writing = writing { $file }: { $done } of { $of }
progress-scene = running: { $scene }
progress-scene-again = running: { $scene } ({ $number } of { $all })
progress-keeping = { $file } takes { $size } of disk, and is kept in { $directory } for the next time. `--scale SIZE` makes it smaller; `mmaplings doctor --clean` removes it.

## The doctor

doctor-machine = Linux { $kernel }, pages of { $size }
doctor-works = works
doctor-weaker = weaker
doctor-missing = missing
doctor-rust = Rust programs
doctor-rust-remedy = install Rust (https://rustup.rs); C programs do without it
doctor-c = C programs
doctor-c-remedy = install gcc or clang (Debian: apt install gcc); rustc needs it to link, too
doctor-tracing = system calls and memory
doctor-tracing-works = seccomp and ptrace, { $calls ->
    [one] { $calls } call
   *[other] { $calls } calls
} seen of a probe
doctor-tracing-blind = a probe ran, but none of its calls was seen
doctor-tracing-remedy = ptrace and seccomp must be allowed: sudo sysctl kernel.yama.ptrace_scope=1 where it is 2 (where it is 3, set 1 in /etc/sysctl.d and restart); in a container, docker run --cap-add SYS_PTRACE --security-opt seccomp=unconfined
doctor-faults = page faults
doctor-faults-weaker = { $source }, about 20 more than perf would count
doctor-faults-remedy = for perf: sudo sysctl kernel.perf_event_paranoid=2
doctor-faults-none = no probe could be run
doctor-dirty = dirty file pages
doctor-dirty-weaker = no cachestat ({ $error }); smaps tells what one process has dirtied
doctor-dirty-remedy = cachestat comes with Linux 6.5
doctor-disk = power cuts
doctor-disk-privilege = a FUSE disk, mounted by this user
doctor-disk-helper = a FUSE disk, mounted by fusermount3
doctor-disk-namespace = a FUSE disk, in a namespace of its own
doctor-disk-weaker = { $reason }; msync and cachestat stand in
doctor-memory = memory limit
doctor-memory-scope = { $version }, in a scope of the user's service manager
doctor-memory-weaker = { $reason }; scenes with a memory limit cannot be told, all others can
doctor-confinement = confinement
doctor-confinement-works = calls, files, signals, namespaces and groups
doctor-confinement-weaker = level { $level }, no further: { $reason }
doctor-kept = { $size } of large files are kept in { $directory }; { $command } removes them
doctor-cleaned = removed { $size } of kept files and { $disks ->
    [one] { $disks } disk that was
   *[other] { $disks } disks that were
} left behind

## The power-cut disk

cut-heading = The power was cut
cut-at-line = at the line { $line }.
cut-at-moment = at the moment asked for.
cut-at-end = when the command had ended, with status { $status }.
cut-at-signal = when a signal had killed the command.
cut-on-request = when you asked for it.
cut-asked-for = asked for
cut-unflushed = unflushed
cut-survives = survives
cut-to-look-at = to look at
cut-requests = { $writes ->
    [one] { $writes } write
   *[other] { $writes } writes
}, { $flushes ->
    [one] { $flushes } flush
   *[other] { $flushes } flushes
}
cut-nothing = nothing: all that was written had been flushed
cut-length = the length of a file
cut-pages = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
} ({ $size })
cut-names = { $names ->
    [one] { $names } change
   *[other] { $names } changes
} of names
cut-pages-and-names = { $pages ->
    [one] { $pages } page
   *[other] { $pages } pages
} ({ $size }) and { $names ->
    [one] { $names } change
   *[other] { $names } changes
} of names
cut-file-pages = { $name }: { $number ->
    [one] page
   *[other] pages
} { $pages }
cut-file-length = { $length } long, { $flushed } flushed
cut-removed-file = (a removed file)
cut-range = { $first } to { $last }
cut-more-pages = and more
cut-more-files = and { $files ->
    [one] { $files } more file
   *[other] { $files } more files
}
cut-flushed-only = only what was flushed
cut-everything = everything written
cut-subset = a subset drawn from seed { $seed }
cut-kept = { $directory } ({ $files ->
    [one] { $files } file
   *[other] { $files } files
}, { $size })
cut-no-disk = no power-cut disk here: { $reason }. To have one: { $remedy }
cut-too-early = the command ended before the moment that you asked for

## Marking one answer

marked-note = Note: { $note }.
marked-stated = stated
marked-unsure = unsure
marked-missed = missed
marked-wrong = wrong
marked-decide = compare with the model answer and decide for yourself.
marked-points = { $earned } of { $core } core points.
marked-foreign = answers in this language are not marked: compare with the model answer
marked-empty = there are no words in this answer
marked-key-words = key words alone claim nothing: say it in sentences
marked-doubtful = the order of the words makes this hard to read
marked-scrambled = the words are in an order that says nothing: say it in sentences
marked-cut = the answer is over { $words } words: only the first { $words } were read
