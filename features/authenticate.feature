Feature: Authenticate
  Every call carries the key of one institution. Each refusal comes with a control
  call: the same call with a good key is not refused.

  Rule: A call without a key is refused

    @AUT-01 @core
    Scenario Outline: Without a key, <operation> is answered with 401
      When <operation> is called without a key
      Then every response status is 401
      And the same call with the key is not refused

      Examples:
        | operation        |
        | listAssessments  |
        | getAssessment    |
        | createAssessment |
        | cancelWorkflow   |
        | listTemplates    |
        | listEntities     |
        | getOutcome       |
        | searchTasks      |
        | getTask          |
        | updateTaskAssignment |
        | exportAuditEvents |

  Rule: A call with an invalid key is refused

    @AUT-02 @core
    Scenario Outline: With an invalid key, <operation> is answered with 401
      When <operation> is called with invalid keys
      Then every response status is 401
      And the same call with the key is not refused

      Examples:
        | operation        |
        | listAssessments  |
        | getAssessment    |
        | createAssessment |
        | cancelWorkflow   |
        | listTemplates    |
        | listEntities     |
        | getOutcome       |
        | searchTasks      |
        | getTask          |
        | updateTaskAssignment |
        | exportAuditEvents |

  Rule: A key is good in its own region only

    @AUT-03 @core
    Scenario Outline: In another region, <operation> is answered with 401
      When <operation> is called in another region
      Then every response status is 401
      And the same call with the key is not refused

      Examples:
        | operation        |
        | listAssessments  |
        | getAssessment    |
        | createAssessment |
        | cancelWorkflow   |
        | listTemplates    |
        | listEntities     |
        | getOutcome       |
        | searchTasks      |
        | getTask          |
        | updateTaskAssignment |
        | exportAuditEvents |

  Rule: A key with an allow list is good from the addresses on it only

    @AUT-04 @core
    Scenario Outline: From an address not on the allow list, <operation> is answered with 401
      When <operation> is called with a key whose allow list leaves this machine out
      Then every response status is 401
      And the same call with the key is not refused

      Examples:
        | operation        |
        | listAssessments  |
        | getAssessment    |
        | createAssessment |
        | cancelWorkflow   |
        | listTemplates    |
        | listEntities     |
        | getOutcome       |
        | searchTasks      |
        | getTask          |
        | updateTaskAssignment |
        | exportAuditEvents |

  Rule: A refused call changes nothing

    @AUT-05 @derived
    Scenario: A cancel with an invalid key changes nothing
      Given an active assessment
      When its workflow is cancelled with invalid keys
      Then every response status is 401
      And it stays active while it is watched

    @AUT-05 @derived
    Scenario: A cancel without a key changes nothing
      Given an active assessment
      When its workflow is cancelled without a key
      Then every response status is 401
      And it stays active while it is watched

  Rule: Institutions do not see each other

    @AUT-06 @derived
    Scenario: Another institution's assessment cannot be read
      Given an assessment of another institution
      When it is read
      Then the response status is 404

    @AUT-06 @derived
    Scenario: Another institution's assessment is not in the list
      Given an assessment of another institution
      Then the list does not contain it

    @AUT-06 @derived
    Scenario: Another institution's assessment cannot be cancelled
      Given a new assessment of another institution
      When its workflow is cancelled
      Then the response status is 404
      And it stays active for its own institution
