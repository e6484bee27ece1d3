package account

import (
	"time"

	"khadamat/internal/platform/errs"
)

const (
	maxFailures   = 5 // in failureWindow
	failureWindow = 15 * time.Minute
	firstLockout  = time.Minute    // doubled with every lockout …
	maxLockout    = time.Hour      // … up to this
	quietPeriod   = 24 * time.Hour // without a failure, after which lockouts count from one again
)

// failures are the failed sign-ins of one e-mail address. Two rules hold at once: no 15 minutes, wherever they begin, see more than
// five failures; and the wait doubles from one lockout to the next, from a minute to an hour.
type failures struct {
	at          []time.Time // the latest, maxFailures at most, in order
	lockouts    int
	lockedUntil time.Time
}

// locked returns for how long no try is let through; zero or less is not at all.
func (f failures) locked(now time.Time) time.Duration {
	if f.lockedUntil.IsZero() {
		return 0
	}
	return f.lockedUntil.Sub(now)
}

// add counts a failure and says whether it locks the address.
func (f *failures) add(now time.Time) (lockout bool) {
	if n := len(f.at); n > 0 && now.Sub(f.at[n-1]) >= quietPeriod {
		f.lockouts = 0
	}
	f.at = append(f.at, now)
	if len(f.at) > maxFailures {
		f.at = f.at[len(f.at)-maxFailures:]
	}
	earliest := f.at[0].Add(failureWindow) // when the oldest of the five no longer counts
	if len(f.at) < maxFailures || !now.Before(earliest) {
		return false
	}
	f.lockedUntil = now.Add(backoff(f.lockouts))
	if f.lockedUntil.Before(earliest) {
		f.lockedUntil = earliest
	}
	f.lockouts++
	return true
}

// backoff is the wait after so many lockouts before.
func backoff(before int) time.Duration {
	wait := firstLockout
	for ; before > 0 && wait < maxLockout; before-- {
		wait *= 2
	}
	return min(wait, maxLockout)
}

// refuse returns rate_limited while the address is locked.
func (f failures) refuse(now time.Time) error {
	if wait := f.locked(now); wait > 0 {
		seconds := secondsUntil(wait)
		minutes := (seconds + 59) / 60
		return errs.New(errs.RateLimited, "account.locked").With(errs.Args{"Seconds": seconds, "Count": minutes})
	}
	return nil
}
