package client_test

import (
	"cmp"
	"context"
	"io"
	"log"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/lxzan/gws"
	"github.com/stretchr/testify/require"

	"ninepin/game"
	"ninepin/game/skirmish"
	"ninepin/lobby"
	"ninepin/lobby/lobbytest"
)

// world is a whole simulation: the real server in this process, in virtual time; pages in another; links between them.
type world struct {
	t        *testing.T
	browsers *browsers
	listener *lobbytest.Listener
	began    time.Time
	now      float64 // ms
	step     float64 // how far the pages and the server run without word of each other, ms: the shortest delay
	up, down []*direction
	lines    map[int]*line // by the number of the page's socket
	rising   []post        // under way to the server; At is the arrival
	falling  []arrival     // under way to the pages
	hide     map[int]bool
	asleep   map[int]bool
	truth    *truth
	pages    []pageLog
	notes    []note
}

// line is the server's end of one connection of a page, or of the witness.
type line struct {
	gws.BuiltinEventHandler
	conn *gws.Conn
	page int
	gone chan struct{}

	mu  sync.Mutex
	got []heard
}

// heard is a message of the server.
type heard struct {
	at   float64
	kind int
	data any
}

// stage is what a world is made of. All pages are behind links of the same model.
type stage struct {
	link linkModel
	tabs []tab      // nil: company
	kind *game.Kind // nil: skirmish as it is
}

// clockRate is how fast the pages' clocks run: quartz is wrong by so much.
const clockRate = 1.00005

// simulate runs play in a world.
func simulate(t *testing.T, s stage, play func(t *testing.T, w *world)) {
	t.Helper()
	if s.tabs == nil {
		s.tabs = company
	}
	if s.kind == nil {
		s.kind = skirmish.Kind()
	}
	cryptotest.SetGlobalRandom(t, 1)
	b := openBrowsers(t, setting{s.tabs, clockRate})
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, browsers: b, listener: lobbytest.Listen(), began: time.Now(), step: s.link.delay, lines: map[int]*line{}}
		for i := range s.tabs {
			w.down = append(w.down, s.link.direction(uint32(7+100*i)))
			w.up = append(w.up, s.link.direction(uint32(11+100*i)))
		}
		w.pages = make([]pageLog, len(s.tabs))
		w.serve(s.kind)
		w.truth = w.witness()
		defer func() {
			w.truth.line.close()
			for _, l := range w.lines {
				l.close()
			}
		}()
		play(t, w)
	})
}

// serve starts the server.
func (w *world) serve(kind *game.Kind) {
	srv := lobbytest.NewServer(w.t, &lobby.Options{Seed: func() uint64 { return 1 }}, kind)
	web := &http.Server{Handler: srv, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = web.Serve(w.listener)
	}()
	w.t.Cleanup(func() {
		_ = web.Close()
		<-served
	})
}

// dial connects to the server.
func (w *world) dial(page int, query string) *line {
	conn, err := w.listener.Dial(context.Background())
	require.NoError(w.t, err)
	l := &line{page: page, gone: make(chan struct{})}
	l.conn, _, err = gws.NewClientFromConn(&ear{w, l}, &gws.ClientOption{Addr: "ws://server.test/socket.io/" + query}, conn)
	require.NoError(w.t, err)
	go func() {
		defer close(l.gone)
		l.conn.ReadLoop()
	}()
	synctest.Wait()
	return l
}

// ear hears what the server sends, on the line's goroutine.
type ear struct {
	w *world
	*line
}

func (e *ear) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	h := heard{at: e.w.clock(), kind: kindBinary, data: slices.Clone(m.Bytes())}
	if m.Opcode == gws.OpcodeText {
		h.kind, h.data = kindText, string(m.Bytes())
	}
	e.hear(h)
}

func (e *ear) OnClose(*gws.Conn, error) { e.hear(heard{at: e.w.clock(), kind: kindClose, data: ""}) }

func (l *line) hear(h heard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, h)
}

// take returns what was heard since it was asked last.
func (l *line) take() []heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	got := l.got
	l.got = nil
	return got
}

// close cuts the line.
func (l *line) close() {
	_ = l.conn.NetConn().Close()
	<-l.gone
}

// clock is the time, ms.
func (w *world) clock() float64 { return float64(time.Since(w.began)) / float64(time.Millisecond) }

// sleep lets the server's time pass.
func (w *world) sleep(until float64) {
	time.Sleep(time.Duration(until*float64(time.Millisecond)) - time.Since(w.began))
	synctest.Wait()
}

// run lets time pass for everybody.
func (w *world) run(until float64) {
	w.t.Helper()
	for w.now < until {
		w.turn(min(w.now+w.step, until))
	}
}

// turn lets a little time pass. What pages send in it arrives in a later one, and the same is true of the server.
func (w *world) turn(until float64) {
	w.t.Helper()
	var mine []arrival
	mine, w.falling = split(w.falling, func(a arrival) bool { return a.At < until })
	w.browsers.send(turn{Until: until, Hide: w.hide, Sleep: w.asleep, Arrivals: mine})
	w.hide, w.asleep = nil, nil
	var due []post
	due, w.rising = split(w.rising, func(p post) bool { return p.At < until })
	slices.SortStableFunc(due, func(p, q post) int { return cmp.Compare(p.At, q.At) })
	for _, p := range due {
		w.sleep(p.At)
		w.arrive(p)
	}
	w.sleep(until)
	for _, socket := range slices.Sorted(maps.Keys(w.lines)) {
		l := w.lines[socket]
		for _, h := range l.take() {
			state := isState(h.data)
			a := arrival{Socket: socket, At: w.down[l.page].carry(h.at, state), Kind: h.kind, Data: h.data}
			w.falling = append(w.falling, a)
			if state {
				w.pages[l.page].frames = append(w.pages[l.page].frames, frame{h.at, a.At})
			}
		}
	}
	w.truth.learn()
	w.read(w.browsers.report())
	w.now = until
}

// begin lets everybody come.
func (w *world) begin() {
	w.run(1500)
	w.truth.watch()
	w.run(settled)
	require.NoError(w.t, w.truth.fault)
	require.GreaterOrEqual(w.t, len(w.truth.ticks[len(w.truth.ticks)-1].players), skirmish.FillBots, "all in one room")
}

// said returns what the pages had to say.
func (w *world) said() (said []string) {
	for _, n := range w.notes {
		said = append(said, n.What)
	}
	return said
}

// count tells how often Ada's page has said something.
func (w *world) count(what, text string) (n int) {
	for _, note := range w.notes {
		if note.Page == 0 && note.What == what && strings.HasPrefix(note.Text, text) {
			n++
		}
	}
	return n
}

// cut breaks a page's connection, at both ends at once. What is under way is lost.
func (w *world) cut(page int) {
	for socket, l := range w.lines {
		if l.page != page {
			continue
		}
		l.close()
		delete(w.lines, socket)
		_, w.rising = split(w.rising, func(p post) bool { return p.Page == page })
		_, w.falling = split(w.falling, func(a arrival) bool { return a.Socket == socket })
		w.falling = append(w.falling, arrival{Socket: socket, At: w.now, Kind: kindClose, Data: ""})
	}
}

// show hides a page's tab from now on, or shows it.
func (w *world) show(page int, shown bool) { w.hide = map[int]bool{page: !shown} }

// wake lets a page's phone sleep from now on, or wakes it up.
func (w *world) wake(page int, awake bool) { w.asleep = map[int]bool{page: !awake} }

// stall lets nothing through to or from a page until a time.
func (w *world) stall(page int, until float64) {
	w.up[page].stall(until)
	w.down[page].stall(until)
}

// split divides a list.
func split[T any](list []T, first func(T) bool) (yes, no []T) {
	yes, no = []T{}, list[:0:0]
	for _, v := range list {
		if first(v) {
			yes = append(yes, v)
		} else {
			no = append(no, v)
		}
	}
	return yes, no
}

// arrive hands the server what a page has sent.
func (w *world) arrive(p post) {
	l := w.lines[p.Socket]
	switch {
	case p.Kind == kindOpen:
		w.lines[p.Socket] = w.dial(p.Page, p.Data.(string))
		w.falling = append(w.falling, arrival{Socket: p.Socket, At: w.down[p.Page].carry(p.At, false), Kind: kindOpen})
	case l == nil: // cut
	case p.Kind == kindText:
		_ = l.conn.WriteString(p.Data.(string))
	case p.Kind == kindBinary:
		_ = l.conn.WriteMessage(gws.OpcodeBinary, p.Data.([]byte))
	case p.Kind == kindClose:
		l.close()
		delete(w.lines, p.Socket)
	}
	synctest.Wait()
}

// read takes in what the pages report.
func (w *world) read(r turnReport) {
	for _, p := range r.Posts {
		seq, input := inputOf(p)
		comes := w.up[p.Page].carry(p.At, seq > 0)
		if seq > 0 {
			w.pages[p.Page].sends(seq, input, p.At, comes)
		}
		p.At = comes
		w.rising = append(w.rising, p)
	}
	for i, p := range r.Pages {
		w.pages[i].see(p.Pictures)
		w.pages[i].predict(p.Predictions)
		w.pages[i].know(p.Newest)
		w.pages[i].withdrawn, w.pages[i].corrections = p.Withdrawn, p.Corrections
	}
	for _, n := range r.Notes {
		if n.What == "seat" {
			w.pages[n.Page].seat, _ = strconv.Atoi(n.Text)
		}
	}
	w.notes = append(w.notes, r.Notes...)
}
