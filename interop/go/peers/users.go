package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// registerUser registers a user at an instance of samples/user-service, for the demo.
func registerUser(address, name string) (string, error) {
	body, err := json.Marshal(map[string]string{"username": name, "password": "correct horse", "requestId": name})
	if err != nil {
		return "", err
	}
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Post("http://"+address+"/users/register", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var reply struct {
		StatusCode    int    `json:"statusCode"`
		StatusMessage string `json:"statusMessage"`
	}
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		return "", err
	}
	if reply.StatusCode != 0 {
		return "", errors.New(reply.StatusMessage)
	}
	return reply.StatusMessage, nil
}
