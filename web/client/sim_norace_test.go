//go:build !race

package client_test

const briefly = false
