package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"etcd-discovery/interop/peer"
)

// listenHTTP answers calls, and returns at which address.
func listenHTTP(o peer.Options) string {
	listener, err := net.Listen("tcp", o.Listen)
	peer.Must(err)
	handler := http.NewServeMux()
	handler.HandleFunc("GET /say", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s: %s", o.Name, r.URL.Query().Get("text"))
	})
	go func() { peer.Must(http.Serve(listener, handler)) }()
	return listener.Addr().String()
}

// callHTTP calls the server at an address.
func callHTTP(address, text string) (string, error) {
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get("http://" + address + "/say?text=" + url.QueryEscape(text))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}
