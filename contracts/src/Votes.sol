// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Members} from "./Members.sol";

/// @title What the operators stand for in one matter, in one word
/// @notice Several statements may be put forward, each a candidate; an operator stands for one of them, once.
///
///     bits 0 to 239    four bits for each operator by id from 1 up: its candidate plus 1, 0 while it is silent
///     bits 240 to 247  number of candidates
///     bits 248 to 255  outcome: the final candidate plus 1, 0xff when the matter was given up, 0 while it is open
type Votes is uint256;

using VotesLibrary for Votes global;

/// @title The votes in one matter: documented at `Votes`
library VotesLibrary {
    using Members for uint256;

    /// Four bits for each operator, and one value of them is silence.
    uint256 internal constant MOST_CANDIDATES = 15;
    uint8 internal constant GIVEN_UP = 0xff;
    uint256 private constant CANDIDATES_AT = 240;
    uint256 private constant OUTCOME_AT = 248;

    function candidates(Votes votes) internal pure returns (uint256) {
        return uint8(Votes.unwrap(votes) >> CANDIDATES_AT);
    }

    /// @return the operator's candidate plus 1; 0 if it is silent, or no id of an operator
    function choiceOf(Votes votes, uint8 operator) internal pure returns (uint256) {
        if (operator == 0 || operator > CANDIDATES_AT / 4) return 0;
        return Votes.unwrap(votes) >> (4 * (uint256(operator) - 1)) & 0xf;
    }

    function isOpen(Votes votes) internal pure returns (bool) {
        return Votes.unwrap(votes) >> OUTCOME_AT == 0;
    }

    function isGivenUp(Votes votes) internal pure returns (bool) {
        return Votes.unwrap(votes) >> OUTCOME_AT == GIVEN_UP;
    }

    function isFinal(Votes votes) internal pure returns (bool) {
        return !isOpen(votes) && !isGivenUp(votes);
    }

    /// @return the final candidate; without one, a number that no candidate has
    function finalCandidate(Votes votes) internal pure returns (uint8) {
        return isFinal(votes) ? uint8(Votes.unwrap(votes) >> OUTCOME_AT) - 1 : GIVEN_UP;
    }

    function withCandidate(Votes votes) internal pure returns (Votes) {
        return Votes.wrap(Votes.unwrap(votes) + (1 << CANDIDATES_AT));
    }

    /// @param operator silent so far, 1 to 60
    /// @param candidate below 15
    function withVote(Votes votes, uint8 operator, uint256 candidate) internal pure returns (Votes) {
        return Votes.wrap(Votes.unwrap(votes) | (candidate + 1) << (4 * (uint256(operator) - 1)));
    }

    /// @param votes open ones
    function withFinal(Votes votes, uint256 candidate) internal pure returns (Votes) {
        return Votes.wrap(Votes.unwrap(votes) | (candidate + 1) << OUTCOME_AT);
    }

    /// @param votes open ones
    function withGivenUp(Votes votes) internal pure returns (Votes) {
        return Votes.wrap(Votes.unwrap(votes) | uint256(GIVEN_UP) << OUTCOME_AT);
    }

    /// @return count how many of those who are members now stand for a candidate
    function inFavor(Votes votes, uint256 candidate, uint256 members) internal pure returns (uint256 count) {
        uint256 n = members.count();
        for (uint256 i = 0; i < n; ++i) {
            uint256 shift = 4 * (uint256(members.idAt(i)) - 1);
            if (Votes.unwrap(votes) >> shift & 0xf == candidate + 1) ++count;
        }
    }
}
