Feature: Refuse what makes no sense
  Requests that break the contract are mistakes of a client. They are refused, and
  leave everything as it is.

  @NEG-01 @derived
  Scenario: Requests that break the contract are refused and change nothing
    Given an active assessment
    When requests that break the contract are sent
    Then none is accepted, and none breaks the server
    And it stays active while it is watched
