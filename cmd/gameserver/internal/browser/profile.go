package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// FrameCosts runs f and returns what each animation frame of the page meanwhile cost in script, all its callbacks
// together: processor time of the page's main thread, so that what else the machine does counts little. It is what
// Chromium's own timeline records.
func (p *Page) FrameCosts(f func()) []time.Duration {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.ctx) // ends the subscription
	defer cancel()
	var costs []time.Duration // written by chromedp's goroutine until complete is closed
	complete := make(chan struct{})
	listen := func(event any) {
		switch e := event.(type) {
		case *tracing.EventDataCollected:
			for _, v := range e.Value {
				if cost, ok := frameCost(v); ok {
					costs = append(costs, cost)
				}
			}
		case *tracing.EventTracingComplete:
			close(complete)
		}
	}
	if err := chromedp.Listen(ctx, listen); err != nil {
		p.t.Fatalf("%s: listening to a trace: %v", p.name, err)
	}
	config := &tracing.TraceConfig{IncludedCategories: []string{"devtools.timeline"}, ExcludedCategories: []string{"*"}}
	p.do("starting a trace", call(tracing.Start, tracing.StartParams{TraceConfig: config}))
	f()
	p.do("ending a trace", call(tracing.End, cdp.Empty{}))
	select {
	case <-complete:
	case <-time.After(Deadline):
		p.t.Fatalf("%s: the trace never ended", p.name)
	}
	return costs
}

// frameCost reads one event of a trace: the processor time of an animation frame's callback, if it is that.
func frameCost(event []byte) (time.Duration, bool) {
	var e struct {
		Name string  `json:"name"`
		Tdur float64 `json:"tdur"` // µs of the thread
	}
	if err := json.Unmarshal(event, &e); err != nil || e.Name != "FireAnimationFrame" {
		return 0, false
	}
	return time.Duration(e.Tdur * float64(time.Microsecond)), true
}

// Allocated runs f and returns how many bytes each of the page's functions has allocated meanwhile, garbage included, by
// sampling: "name line:column" to bytes.
func (p *Page) Allocated(f func()) map[string]float64 {
	p.t.Helper()
	yes := true
	p.do("enabling the heap profiler", call(heapprofiler.Enable, cdp.Empty{}))
	p.do("sampling allocations", call(heapprofiler.StartSampling, heapprofiler.StartSamplingParams{
		SamplingInterval: 1024, IncludeObjectsCollectedByMajorGC: &yes, IncludeObjectsCollectedByMinorGC: &yes,
	}))
	f()
	ctx, cancel := context.WithTimeout(p.ctx, Deadline)
	defer cancel()
	result, err := chromedp.Call(ctx, heapprofiler.StopSampling, cdp.Empty{})
	if err != nil {
		p.t.Fatalf("%s: sampling allocations: %v", p.name, err)
	}
	bytes := map[string]float64{}
	addAllocated(bytes, result.Profile.Head)
	return bytes
}

// addAllocated adds a node of a profile and those below it.
func addAllocated(bytes map[string]float64, node *heapprofiler.SamplingHeapProfileNode) {
	if at := node.CallFrame; node.SelfSize > 0 {
		bytes[fmt.Sprintf("%s %s:%d:%d", at.FunctionName, at.URL, at.LineNumber+1, at.ColumnNumber+1)] += node.SelfSize
	}
	for _, child := range node.Children {
		addAllocated(bytes, child)
	}
}

// call is a command of the protocol as an action whose answer is not needed.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, command, params)
		return chromedp.Void{}, err
	}
}
