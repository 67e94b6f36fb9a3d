package mockserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"example.com/assay/mockserver"
)

func ExampleNew() {
	server, err := mockserver.New(mockserver.Config{
		Seed:     7,
		Settings: map[string]string{"second-cancel": "conflict"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("seed", server.Seed())

	_, err = mockserver.New(mockserver.Config{Settings: map[string]string{"second-cancel": "conflct"}})
	fmt.Println(err)
	// Output:
	// seed 7
	// settings: second-cancel: unsupported value "conflct"; use one of no-content, conflict, bad-request, unprocessable; did you mean "conflict"?
}

func ExampleServer_ServeHTTP() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	call := func(method, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("apikey", "API_KEY")
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		return w
	}
	const assessment = "/v5/assessments/497f6eca-6276-4993-bfeb-53cbbbba6f08"
	fmt.Println(call(http.MethodPost, assessment+"/cancel-workflow").Code)
	fmt.Println(strings.Contains(call(http.MethodGet, assessment).Body.String(), `"workflow_state":"Cancelled"`))
	// Output:
	// 204
	// true
}

func ExampleServer_Start() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	response, err := http.Get(server.URL() + "/assessments")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 401 Unauthorized
}

func ExampleServer_URL() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("before: %q\n", server.URL())
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	fmt.Println("after:", strings.HasPrefix(server.URL(), "http://127.0.0.1:"), strings.HasSuffix(server.URL(), "/v5"))
	// Output:
	// before: ""
	// after: true true
}

func ExampleServer_Close() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	response, err := http.Get(strings.TrimSuffix(server.URL(), "/v5") + "/healthz")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	fmt.Print(string(body))
	fmt.Println(server.Close(), server.Close())
	// Output:
	// {"status":"ok"}
	// <nil> <nil>
}

func ExampleInstitution_Arm() {
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	own, err := server.NewInstitution(mockserver.InstitutionOptions{Name: "worker-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := own.Arm(mockserver.Fault{Operation: "listEntities", First: 1, Status: http.StatusTooManyRequests, RetryAfter: 30}); err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		request := httptest.NewRequest(http.MethodGet, "/v5/entities", http.NoBody)
		request.RemoteAddr = "127.0.0.1:40000"
		request.Header.Set("apikey", own.Key())
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, request)
		fmt.Printf("%d %q\n", answer.Code, answer.Header().Get("Retry-After"))
	}
	verdict, err := own.Verify(mockserver.Expectation{Filter: mockserver.ExchangeFilter{Operation: "listEntities", Fault: "none"}})
	fmt.Println(verdict.OK, err)
	// Output:
	// 429 "30"
	// 200 ""
	// true <nil>
}
