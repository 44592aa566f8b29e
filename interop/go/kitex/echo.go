package main

import (
	"context"
	"encoding/json"

	"github.com/cloudwego/kitex/pkg/generic"

	"etcd-discovery/interop/peer"
)

// Kitex reads the interface when it starts, so that nothing has to be generated.
const idl = `
struct Message { 1: string text }
service Echo { Message Say(1: Message message) }
`

type message struct {
	Text string `json:"text"`
}

func echo() generic.Generic {
	provider, err := generic.NewThriftContentProvider(idl, nil)
	peer.Must(err)
	thrift, err := generic.JSONThriftGeneric(provider)
	peer.Must(err)
	return thrift
}

// handler answers with its own name and what it was told.
type handler struct{ name string }

func (h *handler) GenericCall(_ context.Context, _ string, request any) (any, error) {
	var said message
	if err := json.Unmarshal([]byte(request.(string)), &said); err != nil {
		return nil, err
	}
	return encode(h.name + ": " + said.Text), nil
}

func encode(text string) string {
	encoded, err := json.Marshal(message{text})
	peer.Must(err)
	return string(encoded)
}
