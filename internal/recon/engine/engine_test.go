package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"khadamat/internal/recon"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/source"
)

// TestMain lets this binary be the child of its own tests, one that tells every word of its progress, and the parent of a child.
func TestMain(m *testing.M) {
	if len(os.Args) != 4 || os.Args[1] != "recon" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	var err error
	switch folder := os.Args[3]; os.Args[2] {
	case "work":
		err = work(ctx, folder, &teller{out: json.NewEncoder(os.Stdout)}, true)
	case "parent":
		err = beParent(ctx, folder)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// beParent runs the job of a folder and says so when its child is at work.
func beParent(ctx context.Context, folder string) error {
	content, err := os.ReadFile(filepath.Join(folder, jobFile))
	if err != nil {
		return err
	}
	var job Job
	if err := json.Unmarshal(content, &job); err != nil {
		return err
	}
	c, err := New("")
	if err != nil {
		return err
	}
	return c.Run(ctx, folder, job, func(Progress) { fmt.Println("at work") })
}

func child(t *testing.T) *Child {
	t.Helper()
	c, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// jobOf is a job for a bank statement and a ledger.
func jobOf(t *testing.T, rows int) Job {
	t.Helper()
	folder := t.TempDir()
	if _, err := sample.Write(t.Context(), folder, sample.Options{Rows: rows, Seed: 11, PerDay: 15}); err != nil {
		t.Fatal(err)
	}
	left, right, err := recon.SetOf(folder)
	if err != nil {
		t.Fatal(err)
	}
	return Job{Sources: []Source{{Files: []File{{Path: left}}}, {Files: []File{{Path: right}}}}, Language: "fr"}
}

// outputs are the files that have the same bytes for the same job, by name.
func outputs(t *testing.T, folder string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, name := range []string{ResultFile, SummaryFile, RulesFile} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		sums[name] = fingerprint(content)
	}
	return sums
}

func sameOutputs(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s has other bytes than that of an undisturbed run", what, name)
		}
	}
}

// runUntil runs a job, kills its child after some words of progress and some work of ours, and says whether that came before its end.
func runUntil(t *testing.T, folder string, job Job, words, work int) bool {
	t.Helper()
	c := child(t)
	var process *os.Process
	c.started = func(p *os.Process) { process = p }
	heard := 0
	err := c.Run(t.Context(), folder, job, func(Progress) {
		if heard++; heard == words {
			sum := sha256.Sum256(nil)
			for range work {
				sum = sha256.Sum256(sum[:])
			}
			if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		}
	})
	var problem *source.Problem
	if err != nil && !(errors.As(err, &problem) && problem.Key == "recon_engine.killed") {
		t.Fatal(err)
	}
	return err != nil
}

func TestARunLeavesWhatAReconciliationInThisProcessFinds(t *testing.T) {
	job, folder := jobOf(t, 400), t.TempDir()
	var last Progress
	stages := map[string]int{}
	if err := InProcess().Run(t.Context(), folder, job, func(p Progress) {
		stages[p.Stage]++
		last = p
	}); err != nil {
		t.Fatal(err)
	}
	if last.Stage != recon.StageWrite || last.Done != last.Total || last.Step != last.Steps || stages[recon.StageRead] == 0 || stages[recon.StageMatch] == 0 {
		t.Errorf("progress %v ends with %+v", stages, last)
	}
	want, err := recon.Files(t.Context(), job.Sources[0].Files[0].Path, job.Sources[1].Files[0].Path, recon.Options{Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(filepath.Join(folder, ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got, err := a.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := csvOf(t, got), csvOf(t, want); a != b {
		t.Errorf("the archive says\n%s\nand the reconciliation\n%s", a, b)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 7 { // outputs, timing, job, done and lock
		t.Errorf("%v are left, %v", left, err)
	}
}

// csvOf is a result as the tables that programs read.
func csvOf(t *testing.T, r *result.Result) string {
	t.Helper()
	folder := t.TempDir()
	if err := report.Write(t.Context(), folder, r, report.Options{Language: "fr", Formats: []report.Format{report.CSV}}); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, name := range []string{"matches.csv", "open.csv", "rejects.csv"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		all += string(content)
	}
	return all
}

func TestAKilledRunGoesOnAndEndsWithTheSameBytes(t *testing.T) {
	job, undisturbed := jobOf(t, 250), t.TempDir()
	words := 0
	if err := child(t).Run(t.Context(), undisturbed, job, func(Progress) { words++ }); err != nil {
		t.Fatal(err)
	}
	want := outputs(t, undisturbed)
	random := rand.New(rand.NewPCG(20, 26))
	killed := 0
	for tries := 0; killed < 20; tries++ {
		if tries == 100 {
			t.Fatalf("only %d of %d runs were killed before their end", killed, tries)
		}
		folder := t.TempDir()
		moments := ""
		for range 1 + random.IntN(2) { // some are killed again
			at, work := 1+random.IntN(words), random.IntN(100_000)
			moments += fmt.Sprintf(" word %d of %d and %d hashes;", at, words, work)
			if runUntil(t, folder, job, at, work) {
				killed++
			}
		}
		if err := child(t).Run(t.Context(), folder, job, nil); err != nil {
			t.Fatal(moments, err)
		}
		sameOutputs(t, moments, outputs(t, folder), want)
	}
}

func TestStagesThatAreDoneAreNotDoneAgainAndTornOnesAre(t *testing.T) {
	job, undisturbed := jobOf(t, 100), t.TempDir()
	if err := child(t).Run(t.Context(), undisturbed, job, nil); err != nil {
		t.Fatal(err)
	}
	want := outputs(t, undisturbed)
	stages := []string{"left.set", "left.json", "right.set", "right.json", foundFile}
	for _, torn := range append(stages, "") {
		for _, tear := range []func([]byte) []byte{
			func(b []byte) []byte { return b[:len(b)/2] },
			func(b []byte) []byte { return bytes.Replace(b, b[len(b)/2:len(b)/2+4], []byte("\x00\xff7\x01"), 1) },
		} {
			folder := t.TempDir()
			w := &worker{folder: folder, job: job, teller: &teller{out: json.NewEncoder(&bytes.Buffer{})}}
			if err := w.read(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := w.match(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := map[string]os.FileInfo{}
			for _, name := range stages {
				info, err := os.Stat(filepath.Join(folder, name))
				if err != nil {
					t.Fatal(err)
				}
				before[name] = info
			}
			if torn != "" {
				content, err := os.ReadFile(filepath.Join(folder, torn))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, torn), tear(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			again := &worker{folder: folder, job: job, teller: &teller{out: json.NewEncoder(&bytes.Buffer{})}}
			if err := again.read(t.Context()); err != nil {
				t.Fatal(torn, err)
			}
			r, err := again.match(t.Context())
			if err != nil {
				t.Fatal(torn, err)
			}
			for _, name := range stages {
				info, err := os.Stat(filepath.Join(folder, name))
				if err != nil {
					t.Fatal(err)
				}
				redone := !os.SameFile(info, before[name])
				if should := torn != "" && strings.TrimSuffix(torn, filepath.Ext(torn)) == strings.TrimSuffix(name, filepath.Ext(name)); redone != should {
					t.Errorf("%s is torn; %s is made again: %v", torn, name, redone)
				}
			}
			if err := again.write(t.Context(), r); err != nil {
				t.Fatal(torn, err)
			}
			sameOutputs(t, torn+" was torn", outputs(t, folder), want)
		}
	}
}

func TestAJobThatIsDoneIsNotDoneAgainUnlessItChanges(t *testing.T) {
	job, folder := jobOf(t, 200), t.TempDir()
	words := func() (n int) {
		if err := child(t).Run(t.Context(), folder, job, func(Progress) { n++ }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if words() == 0 || words() != 0 {
		t.Error("it is done again")
	}
	if err := os.WriteFile(filepath.Join(folder, ResultFile), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if words() == 0 {
		t.Error("what was spoilt is not done again")
	}
	job.Settled = []Settled{{ID: "gone", Members: []string{"nobody"}}}
	if words() == 0 {
		t.Error("another job in the folder is taken for done")
	}
}

func TestACancelledRunEnds(t *testing.T) {
	job, folder := jobOf(t, 3000), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	if err := child(t).Run(ctx, folder, job, func(Progress) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, doneFile)); err == nil {
		t.Error("it was done nevertheless")
	}
}

func TestAChildEndsWithItsParent(t *testing.T) {
	job, folder := jobOf(t, 3000), t.TempDir()
	content, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, jobFile), content, 0o600); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], "recon", "parent", folder)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended well")
	}
	release, err := hold(folder) // waits for the child to let go
	if err != nil {
		t.Fatal(err)
	}
	release()
	if _, err := os.Stat(filepath.Join(folder, doneFile)); err == nil {
		t.Error("the child went on to the end")
	}
}

func TestARunThatNeedsMoreMemoryThanItMaySaysSo(t *testing.T) {
	job := jobOf(t, 80_000) // which take several times as much
	job.Memory = leastMemory
	err := child(t).Run(t.Context(), t.TempDir(), job, nil)
	var problem *source.Problem
	if !errors.As(err, &problem) || problem.Key != "recon_engine.memory" || !strings.Contains(recon.Explain("en", err), "--memory") {
		t.Errorf("it ends with %v", err)
	}
}

func TestWhatIsWrongWithTheInputComesBackAsItWas(t *testing.T) {
	job := jobOf(t, 30)
	bad := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("id,amount,date\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	job.Sources[1].Files[0].Path = bad
	err := child(t).Run(t.Context(), t.TempDir(), job, nil)
	_, want := recon.Files(t.Context(), job.Sources[0].Files[0].Path, bad, recon.Options{})
	if err == nil || want == nil || err.Error() != want.Error() || recon.Explain("ar", err) != recon.Explain("ar", want) {
		t.Errorf("%v, in this process %v", err, want)
	}
	for name, change := range map[string]func(*Job){
		"recon_engine.mapping_no_column": func(j *Job) { j.Sources[0].Mapping = record.Mapping{"nobody": {Role: "amount"}} },
		"recon_engine.file_changed":      func(j *Job) { j.Sources[0].Files[0].SHA256 = "00" },
		"recon_engine.sources_few":       func(j *Job) { j.Sources = j.Sources[:1] },
		"recon_engine.sources_many":      func(j *Job) { j.Sources = make([]Source, 9) },
		"recon_engine.memory_small":      func(j *Job) { j.Memory = 1 },
	} {
		job := jobOf(t, 30)
		change(&job)
		err := child(t).Run(t.Context(), t.TempDir(), job, nil)
		var problem *source.Problem
		if !errors.As(err, &problem) || problem.Key != name {
			t.Errorf("want %s, it ends with %v", name, err)
		}
	}
	broken := jobOf(t, 30)
	broken.Rules = "version: 7\n"
	if err := child(t).Run(t.Context(), t.TempDir(), broken, nil); err == nil || problemOf(err) == nil || problemOf(err).Rules == nil {
		t.Errorf("broken rules: %v", err)
	}
}
