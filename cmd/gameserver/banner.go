package main

import (
	"fmt"
	"net"
	"strings"
)

// banner tells where to play: on this machine, and from others of the same network. link describes the simulated one, if
// there is one.
func banner(addr net.Addr, link string) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return fmt.Sprintf("Ninepin listens on %s\n", addr)
	}
	ip := net.ParseIP(host)
	var b strings.Builder
	b.WriteString("\n  Ninepin is up. Play at\n\n")
	if ip == nil || ip.IsUnspecified() {
		fmt.Fprintf(&b, "    http://localhost:%s\n", port)
		for _, lan := range lanAddresses() {
			fmt.Fprintf(&b, "    http://%s   (others on your network)\n", net.JoinHostPort(lan, port))
		}
	} else {
		fmt.Fprintf(&b, "    http://%s\n", net.JoinHostPort(host, port))
	}
	if link != "" {
		fmt.Fprintf(&b, "\n  The link to it is simulated: %s.\n", link)
	}
	b.WriteString("\n  Ctrl-C stops it.\n\n")
	return b.String()
}

// lanAddresses returns this machine's private and global IPv4 addresses, at most three: what a friend can type.
func lanAddresses() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var lan []string
	for _, a := range addrs {
		ipnet, ok := a.(*net.IPNet)
		if !ok || ipnet.IP.To4() == nil || !ipnet.IP.IsGlobalUnicast() {
			continue
		}
		if lan = append(lan, ipnet.IP.String()); len(lan) == 3 {
			break
		}
	}
	return lan
}
