package browser

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// line is one message of a page's console.
type line struct {
	text string
	bad  bool // an error or an exception
}

// console collects what a page logs and throws, and what Chromium logs about it. chromedp's goroutine of the page adds
// to it, the test reads it. Guarded by mu.
type console struct {
	mu       sync.Mutex
	lines    []line
	expected []*regexp.Regexp
}

// listen takes the page's events. It must not block.
func (c *console) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		c.add(e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert, string(e.Type)+": "+arguments(e.Args))
	case *runtime.EventExceptionThrown:
		c.add(true, "exception: "+exception(e.ExceptionDetails))
	case *log.EventEntryAdded:
		c.add(e.Entry.Level == log.EntryLevelError, fmt.Sprintf("%s (%s): %s %s", e.Entry.Level, e.Entry.Source, e.Entry.Text, e.Entry.URL))
	case *inspector.EventTargetCrashed:
		c.add(true, "the page crashed")
	}
}

func (c *console) add(bad bool, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line{text: text, bad: bad})
}

// Expect tells that the test provokes console errors that match the regular expression: they do not fail it.
func (p *Page) Expect(pattern string) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.console.expected = append(p.console.expected, regexp.MustCompile(pattern))
}

// Errors returns the errors and exceptions so far that no Expect announced.
func (p *Page) Errors() []string {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	var errors []string
	for _, l := range p.console.lines {
		if l.bad && !p.console.announced(l.text) {
			errors = append(errors, l.text)
		}
	}
	return errors
}

// announced tells whether the test expects this. The caller holds mu.
func (c *console) announced(text string) bool {
	for _, pattern := range c.expected {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// String returns the whole console, a line each.
func (c *console) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

// arguments shows what was passed to console.log and its like.
func arguments(args []*runtime.RemoteObject) string {
	var texts []string
	for _, arg := range args {
		var s string
		switch {
		case json.Unmarshal(arg.Value, &s) == nil:
			texts = append(texts, s)
		case arg.Description != "":
			texts = append(texts, arg.Description)
		default:
			texts = append(texts, string(arg.Value))
		}
	}
	return strings.Join(texts, " ")
}

// exception shows what was thrown, with its stack where there is one.
func exception(d *runtime.ExceptionDetails) string {
	text := d.Text
	if d.Exception != nil {
		text += " " + arguments([]*runtime.RemoteObject{d.Exception})
	}
	return fmt.Sprintf("%s (%s:%d:%d)", text, d.URL, d.LineNumber+1, d.ColumnNumber+1)
}
