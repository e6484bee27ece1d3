// Package job runs work in the background through River: a job is enqueued in the transaction of the change that needs it, and
// worked at least once, by any node, with retries.
package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"khadamat/internal/platform/db"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// Args is what a job is told; Kind names its worker and never changes once jobs of it are stored.
type Args = river.JobArgs

// Queue takes jobs and, once started, works them.
type Queue struct {
	config river.Config
	db     *db.DB
	client *river.Client[*sql.Tx]
}

const (
	workers     = 4
	maxAttempts = 12 // with River's back-off (attempt⁴ seconds) the last try comes about 17 hours after the first
	jobTimeout  = time.Minute
	longWorkers = 2
	longQueue   = "long"
	kept        = 24 * time.Hour
)

// New returns a queue on d. Workers are registered on it before Start; without Start it only takes jobs.
func New(d *db.DB, logger *slog.Logger) *Queue {
	return &Queue{db: d, config: river.Config{
		Logger: logger, Workers: river.NewWorkers(), MaxAttempts: maxAttempts, JobTimeout: jobTimeout,
		CompletedJobRetentionPeriod: kept,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}, longQueue: {MaxWorkers: longWorkers}},
	}}
}

// Work registers what works jobs of one kind. An error of its is logged and the job tried again later.
func Work[T Args](q *Queue, work func(ctx context.Context, args T) error) {
	river.AddWorker(q.config.Workers, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		return work(ctx, job.Args)
	}))
}

// WorkLong is Work for jobs that may take hours, which EnqueueLong adds. They have workers of their own, so that nothing waits for them. A worker
// must be ready for another one to be given the same job: after an hour the queue takes a job for lost.
func WorkLong[T Args](q *Queue, work func(ctx context.Context, args T) error) {
	river.AddWorker(q.config.Workers, &longWorker[T]{work: work})
}

type longWorker[T Args] struct {
	river.WorkerDefaults[T]
	work func(ctx context.Context, args T) error
}

// Timeout is none.
func (*longWorker[T]) Timeout(*river.Job[T]) time.Duration { return -1 }

// Work works a job.
func (w *longWorker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	return w.work(ctx, job.Args)
}

// Open makes the queue ready to take jobs; all workers are registered by then.
func (q *Queue) Open() (err error) {
	if q.db.Dialect == db.SQLite {
		q.client, err = river.NewClient(riversqlite.New(q.db.Writer()), &q.config)
	} else {
		q.client, err = river.NewClient(riverdatabasesql.New(q.db.Writer()), &q.config)
	}
	if err != nil {
		return fmt.Errorf("open the job queue: %w", err)
	}
	return nil
}

// Enqueue adds a job as part of tx.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, args Args) error {
	return EnqueueMany(ctx, q, tx, []Args{args})
}

// enqueueAtOnce is how many jobs one statement adds at most.
const enqueueAtOnce = 4

// EnqueueMany adds jobs as part of tx.
func EnqueueMany[T Args](ctx context.Context, _ *Queue, tx *db.Tx, jobs []T) error {
	for some := range slices.Chunk(jobs, enqueueAtOnce) {
		values := make([]any, 0, 3*len(some))
		for _, args := range some {
			text, err := json.Marshal(args)
			if err != nil {
				return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
			}
			values = append(values, string(text), args.Kind(), maxAttempts)
		}
		if _, err := tx.Exec(ctx, insertJobs[tx.Dialect()][len(some)-1], values...); err != nil {
			return fmt.Errorf("enqueue %s: %w", some[0].Kind(), err)
		}
	}
	return nil
}

// EnqueueAt adds a job that is worked at that moment, or a few seconds later: as part of tx.
func (q *Queue) EnqueueAt(ctx context.Context, tx *db.Tx, args Args, at time.Time) error {
	var when any = at.UTC()
	if tx.Dialect() == db.SQLite {
		when = at.UTC().Format(sqliteTime)
	}
	text, err := json.Marshal(args)
	if err == nil {
		_, err = tx.Exec(ctx, insertLaterJob[tx.Dialect()], string(text), args.Kind(), maxAttempts, when)
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// EnqueueLong adds a job for WorkLong as part of tx.
func (q *Queue) EnqueueLong(ctx context.Context, tx *db.Tx, args Args) error {
	text, err := json.Marshal(args)
	if err == nil {
		_, err = tx.Exec(ctx, insertLongJob[tx.Dialect()], string(text), args.Kind(), maxAttempts)
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// insertJobs are what River's own InsertTx stores for one job without options, for two, and so on. InsertTx itself has its text parsed again for every job,
// in a savepoint of its own, which takes as long as all else that a booking stores. The tests work jobs that were inserted like
// this, so that a new version of River whose table differs is noticed.
var insertJobs = map[db.Dialect][]string{
	db.SQLite:     insertTexts("datetime('now', 'subsec'), datetime('now', 'subsec'), json('{}'), 1, 'default', 'available', json('[]')"),
	db.PostgreSQL: insertTexts("now(), now(), '{}', 1, 'default', 'available', '{}'"),
}

func insertTexts(same string) []string {
	text := "INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags) VALUES "
	texts := make([]string, enqueueAtOnce)
	for i := range texts {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("($%d, $%d, $%d, %s)", 3*i+1, 3*i+2, 3*i+3, same)
		texts[i] = text
	}
	return texts
}

// insertLongJob is the same for a job of the long ones.
var insertLongJob = map[db.Dialect]string{
	db.SQLite:     strings.Replace(insertJobs[db.SQLite][0], "'default'", "'"+longQueue+"'", 1),
	db.PostgreSQL: strings.Replace(insertJobs[db.PostgreSQL][0], "'default'", "'"+longQueue+"'", 1),
}

// insertLaterJob is the same for a job whose time is yet to come.
var insertLaterJob = map[db.Dialect]string{
	db.SQLite: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, datetime('now', 'subsec'), $4, json('{}'), 1, 'default', 'scheduled', json('[]'))`,
	db.PostgreSQL: `INSERT INTO river_job (args, kind, max_attempts, created_at, scheduled_at, metadata, priority, queue, state, tags)
		VALUES ($1, $2, $3, now(), $4, '{}', 1, 'default', 'scheduled', '{}')`,
}

// sqliteTime is how SQLite itself writes a time with fractions, which is what River compares with.
const sqliteTime = "2006-01-02 15:04:05.000"

// Run works jobs until ctx ends, then lets those under way finish within the drain time.
func (q *Queue) Run(ctx context.Context, drain time.Duration) error {
	// The client's own context must outlive ctx: it is what the jobs under way run in.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := q.client.Stop(stopping); err != nil {
		return q.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}
