Feature: Refuse invalid requests
  A request that breaks the contract is refused, and changes nothing.

  @NEG-01 @derived
  Scenario: Requests that break the contract are refused and change nothing
    Given an active assessment
    When requests that break the contract are sent
    Then none is accepted, and none breaks the server
    And it stays active while it is watched
