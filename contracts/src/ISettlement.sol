// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBallots} from "./IBallots.sol";
import {IConsortium} from "./IConsortium.sol";

/// @title Settlement: bills that a quorum has computed alike, and what follows from them
/// @notice In each timestep that is a multiple of `settlementTimesteps`, member number `(k / settlementTimesteps + r) mod n` of
/// the rotation has rank `r`, and may post from `r * takeoverSeconds` after the start of the timestep on; the others attest, until
/// the next settlement begins. A settlement is of all sessions that could be billed at its start, as far as they fit, and are in
/// no final settlement before it: one that found no quorum leaves its sessions to the next one. Posts, votes and the quorum are as
/// in IBallots.
interface ISettlement is IBallots {
    /// @param timestep the settlement is of
    /// @param snapshotBlock last block before the start of the timestep
    /// @param valuation SHA-256 of the program that computes bills
    /// @param billsRoot RFC 6962 tree over the bills in ascending order of their sessions
    /// @param bills how many there are
    /// @param tokens of all bills, in millionths
    struct Statement {
        uint32 timestep;
        uint64 snapshotBlock;
        bytes32 valuation;
        bytes32 billsRoot;
        uint32 bills;
        uint64 tokens;
    }

    /// @notice A final bill, opened for what it gives to its account.
    /// @param settlement timestep of the settlement that holds it
    /// @param bill its bytes: see the reference of bills
    /// @param index place of the bill in the tree
    /// @param path of the bill in the tree, from its sibling up (RFC 6962, 2.1.1)
    /// @param to who gets tokens and compensation
    /// @param signature the session's account has signed `Claim(uint32 session,address to)`; may be empty when it calls itself
    struct Claim {
        uint32 settlement;
        bytes bill;
        uint32 index;
        bytes32[] path;
        address to;
        bytes signature;
    }

    /// @param sums as posted
    event SettlementPosted(
        uint32 indexed timestep,
        uint8 indexed operator,
        uint8 candidate,
        uint64 snapshotBlock,
        bytes32 valuation,
        bytes32 billsRoot,
        uint32 bills,
        uint64 tokens,
        bytes sums
    );
    event SettlementAttested(uint32 indexed timestep, uint8 indexed operator, uint8 candidate);
    event SettlementFinal(uint32 indexed timestep, uint8 candidate, uint8 votes, uint8 members);
    event TokensClaimed(uint32 indexed session, address indexed to, uint64 tokens);
    event CompensationClaimed(uint32 indexed session, address indexed to, uint64 microEuro);
    event GuaranteeChanged(uint8 indexed operator, uint64 microEuro);
    event GuaranteeTakingAnnounced(uint8 indexed operator, uint64 microEuro, uint32 fromTimestep);

    /// @notice Settlement and grace period are 1 to 96 timesteps, the compensation at most ten times the price, kappa at most
    /// 100,000,000
    error BadTerms();
    /// @notice No settlement is of this timestep, or another one runs now: `expected`
    error WrongTimestep(uint32 timestep, uint32 expected);
    /// @notice The approved program of this timestep is another one, or there is none (0)
    error WrongValuation(bytes32 valuation, bytes32 expected);
    /// @notice Not a whole number of sums of 26 bytes, or more than `most` bytes
    error SumsLength(uint256 length, uint256 most);
    /// @notice Sums ascend by provider and operator; each pair stands once
    error SumsUnordered(uint8 provider, uint8 operator);
    /// @notice So many different statements of a settlement
    error TooManyCandidates(uint32 timestep, uint256 most);
    /// @notice The candidate is not what the caller has computed
    error DifferentStatement(uint32 timestep, uint8 candidate);
    /// @notice So many claims a call
    error TooManyClaims(uint256 count, uint256 most);
    /// @notice No final settlement of this timestep has the bill at this place
    error NotInSettlement(uint32 settlement, uint32 index);
    /// @notice The session's account has not signed who gets what the bill gives
    error NotYourBill(uint32 session, address account);
    /// @notice The tokens of the settlement's bills do not come to what it states
    error TokensExceeded(uint32 settlement, uint64 tokens, uint64 left);
    /// @notice Only the operator's owner takes its guarantee back
    error NotAnOwner(address account);
    /// @notice No operator ever had this id
    error UnknownOperator(uint8 operator);
    /// @notice A guarantee is taken out from `fromTimestep` on, after an announcement
    error TakingTooEarly(uint8 operator, uint32 fromTimestep);

    /// @notice Posts a settlement; counts as the poster's attestation. A post equal to an earlier candidate only attests it.
    /// @param sums 26 bytes for each pair, ascending, at most 512: provider u8, operator u8, owedMicroEuro u64 (by the provider to
    /// the operator), chargedMicroEuro u64 (by the provider to its users), compensationMicroEuro u64 (by the operator to users)
    function post(Statement calldata statement, bytes calldata sums) external;

    /// @notice Attests a candidate that the caller has computed itself. The attestation that makes the quorum makes it final.
    /// @param digest of the statement: see `digestOf`
    function attest(uint32 timestep, uint8 candidate, bytes32 digest, bytes calldata sums) external;

    /// @notice Opens final bills, at most 64 a call: makes their tokens, and pays their compensations as far as the guarantees of
    /// their operators go. What a guarantee does not cover can be claimed later, and what was claimed is passed over. Anybody may send it.
    function claim(Claim[] calldata claims) external;

    /// @notice Puts money behind what an operator owes when it does not keep its promises; by anybody.
    function addGuarantee(uint8 operator, uint64 microEuro) external;

    /// @notice Announces what an operator's owner, excluded or not, will take out of its guarantee, in place of what it announced before.
    /// It can be taken 1,024 timesteps later: then all that was promised before is billed.
    function announceTaking(uint8 operator, uint64 microEuro) external;

    /// @notice Takes out what was announced, as far as it is not owed from final bills, to the owner's account.
    function takeGuarantee(uint8 operator) external;

    /// @return digest keccak256 of a statement
    function digestOf(Statement calldata statement) external pure returns (bytes32 digest);

    /// @return whether a bill stands in a final settlement
    function isFinal(uint32 settlement, bytes calldata bill, uint32 index, bytes32[] calldata path)
        external
        view
        returns (bool);

    /// @notice What all final settlements come to.
    /// @param payer provider that owes, or 0: the users of `payee` owe it
    function billedMicroEuro(uint8 payer, uint8 payee) external view returns (uint64);

    /// @notice The timestep of the newest final settlement; 0 before the first.
    function lastFinal() external view returns (uint32 timestep);

    /// @return microEuro what an operator has put in, @return owedMicroEuro what it owes of it from final bills
    function guaranteeOf(uint8 operator) external view returns (uint64 microEuro, uint64 owedMicroEuro);

    /// @return tokens whether the tokens were claimed
    /// @return compensation whether the compensation was
    function isClaimed(uint32 session) external view returns (bool tokens, bool compensation);

    /// @return candidates how many were posted
    /// @return finalCandidate number of the final one, `candidates` or above if there is none
    /// @return billsRoot of the final one
    function stateOf(uint32 timestep) external view returns (uint8 candidates, uint8 finalCandidate, bytes32 billsRoot);

    function terms() external view returns (IConsortium.Terms memory);
}
