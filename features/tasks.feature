Feature: Tasks
  A manual step of a workflow waits for a task. Tasks are found by a filter model,
  read by their ID, and assigned with the version that was read.

  Rule: A task can be read

    @TSK-01 @documented
    Scenario: A task has the documented fields
      Given an assessment that waits for a task
      When its task is read
      Then the response status is 200
      And the task has the documented fields

    @TSK-02 @derived
    Scenario: A task belongs to its assessment
      Given an assessment that waits for a task
      When its task is read
      Then the task names the assessment and its parts
      And the search shows the task as it reads

    @TSK-08 @derived
    Scenario: An unknown task is not found
      Given an assessment that waits for a task
      When a task is read by an ID that no task has
      Then the response status is 404
      And the same call for an existing task is answered otherwise

    @TSK-08 @derived
    Scenario: A task is hidden from another institution
      Given an assessment that waits for a task
      When its task is read with the key of another institution
      Then the response status is 404
      And a search with that key does not find it

  Rule: A search returns exactly what matches

    @TSK-03 @documented
    Scenario Outline: A filter with <filter> finds exactly the tasks that match
      Given three assessments that wait for a task
      When their tasks are searched with <filter>
      Then exactly the tasks of <assessments> are found

      Examples:
        | filter                             | assessments |
        | equals                             | 1           |
        | an OR of two equals                | 1, 2        |
        | an AND of startsWith and notEqual  | 3           |
        | conditions on two fields           | 2           |
        | an AND that nothing matches        | none        |

    @TSK-04 @documented
    Scenario Outline: The pages of a search fit together, sorted by <field>
      Given three assessments that wait for a task
      When their tasks are searched one by one, by <field> in both directions
      Then each direction shows each task once, in its order

      Examples:
        | field         |
        | CREATED_AT    |
        | TASK_ID       |
        | ASSESSMENT_ID |

  Rule: An assignment refers to the version that was read

    @TSK-05 @documented
    Scenario: An assignment is stored
      Given an assessment that waits for a task
      When its task is assigned
      Then the response is a success
      And the task shows the assignment and a later update

    @TSK-06 @documented
    Scenario: A stale assignment is refused
      Given an assessment that waits for a task
      When its task is assigned, and assigned again by the version from before
      Then every response status is a client error
      And the task shows the first assignment

  Rule: Cancelling stops the workflow

    @TSK-07 @derived
    Scenario: No task appears after a cancel
      Given a cancelled assessment
      Then no task of it appears while it is watched

    @TSK-07 @derived
    Scenario: A cancel creates no task beside an open one
      Given an assessment that waits for a task
      And its workflow is cancelled for all readers
      Then no task of it appears while it is watched
