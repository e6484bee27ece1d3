package match

import (
	"context"
	"sync"
	"sync/atomic"
)

// Tell is told which share of matching is done, from 0 to 1. It is called by one goroutine at a time.
type Tell func(share float64)

// progress tells how far matching is, and hears that it was cancelled: what takes long asks it now and then, and then ends early, with
// something that nobody may use. A nil one tells and hears nothing.
type progress struct {
	cancelled atomic.Bool
	telling   sync.Mutex
	tell      Tell
	pass      int     // of a ruleset; 0 where there is none
	passes    int     // 1 where there is none
	from, to  float64 // shares of the pass at which the present step begins and ends
	parts     int     // of the step
	done      int
}

// watch returns the progress of a context, until stop is called.
func watch(ctx context.Context, tell Tell) (p *progress, stop func() bool) {
	p = &progress{tell: tell, passes: 1, parts: 1}
	return p, context.AfterFunc(ctx, func() { p.cancelled.Store(true) })
}

// over says whether it was cancelled.
func (p *progress) over() bool { return p != nil && p.cancelled.Load() }

// begin begins a pass of so many.
func (p *progress) begin(pass, passes int) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.pass, p.passes, p.from, p.to, p.parts, p.done = pass, passes, 0, 0, 1, 0
	p.say()
}

// step begins a step of so many parts, which ends at a share of the pass.
func (p *progress) step(to float64, parts int) {
	if p == nil {
		return
	}
	p.telling.Lock()
	defer p.telling.Unlock()
	p.from, p.to, p.parts, p.done = p.to, max(p.to, to), max(1, parts), 0
	p.say()
}

// did says that more parts of the step are done.
func (p *progress) did(parts int) {
	if p == nil {
		return
	}
	p.telling.Lock()
	defer p.telling.Unlock()
	p.done = min(p.parts, p.done+parts)
	p.say()
}

// at says how many parts of the step are done.
func (p *progress) at(done int) {
	if p == nil {
		return
	}
	p.telling.Lock()
	defer p.telling.Unlock()
	p.done = min(p.parts, done)
	p.say()
}

func (p *progress) say() {
	if p.tell != nil {
		share := p.from + (p.to-p.from)*float64(p.done)/float64(p.parts)
		p.tell((float64(p.pass) + share) / float64(p.passes))
	}
}
