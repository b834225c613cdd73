// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The planner itself, on chain
/// @notice An algorithm is a runnable jar; its id is the SHA-256 of its bytes, which the contract checks itself. It counts
/// from a timestep on that a quorum of the operators has approved. Each operator uploads on its own, and the first upload
/// with the right hash is the one that all read.
interface IAlgorithmRegistry {
    event AlgorithmStarted(bytes32 indexed algorithm, uint32 size, uint16 chunks, string description);
    /// @notice The bytes once more, as a log: readers of logs need no call, and no state of the past.
    event ChunkStored(bytes32 indexed algorithm, uint8 indexed operator, uint256 index, bytes chunk);
    event AlgorithmStored(bytes32 indexed algorithm);
    event AlgorithmApproved(bytes32 indexed algorithm, uint32 indexed fromTimestep, uint8 indexed operator);
    event AlgorithmActivated(bytes32 indexed algorithm, uint32 indexed fromTimestep);

    /// @notice Only owner accounts of members store and approve
    error NotAnOwner(address account);
    /// @notice This operator's upload has this size already, or somebody's was sealed: go on with `store`, or `approve`
    error AlreadyStarted(bytes32 algorithm);
    /// @notice The caller has started no upload of it: call `start` first
    error UnknownAlgorithm(bytes32 algorithm);
    /// @notice Jars have 1 byte to 1 MiB
    error SizeOutOfRange(uint32 size, uint32 most);
    /// @notice Chunks count from 0 up to the number that `start` announced
    error UnknownChunk(bytes32 algorithm, uint256 index, uint256 count);
    /// @notice All chunks but the last one are as long as `chunkBytes` says
    error ChunkSize(uint256 index, uint256 size, uint256 expected);
    /// @notice Store the chunk before the seal
    error ChunkMissing(uint256 index);
    /// @notice The chunks do not come to the bytes whose SHA-256 was announced: store the wrong one again
    error WrongHash(bytes32 algorithm, bytes32 actual);
    /// @notice Only what was sealed can be approved or read
    error NotStored(bytes32 algorithm);
    /// @notice An activation counts from the timestep after the next on, and behind all that were made before
    error TooEarly(uint32 fromTimestep, uint32 earliest);
    /// @notice An activation is at most a year of quarter-hours ahead: it blocks all earlier ones
    error TooLate(uint32 fromTimestep, uint32 latest);
    /// @notice An operator approves once for each algorithm and timestep
    error AlreadyApproved(bytes32 algorithm, uint32 fromTimestep, uint8 operator);
    /// @notice A description has 256 bytes at most
    error DescriptionLength(uint256 length, uint256 most);
    /// @notice So many uploads of an operator in any 30 days
    error TooManyUploads(uint8 operator, uint256 most);
    /// @notice So many approvals of an operator in any 30 days
    error TooManyApprovals(uint8 operator, uint256 most);
    /// @notice So many chunks for a started upload; start again with another size to go on
    error TooManyStores(bytes32 algorithm, uint256 most);

    /// @notice Announces the caller's upload of an algorithm; its bytes follow in chunks of `chunkBytes`. Until the algorithm
    /// is sealed, another size starts the upload anew. At most 32 in any 30 days of block time.
    /// @param description at most 256 bytes
    function start(bytes32 algorithm, uint32 size, string calldata description) external;

    /// @notice Stores one chunk of the caller's upload, in place of what was there; does nothing once the algorithm is sealed.
    /// At most 4 times the number of chunks, until the upload is started anew.
    function store(bytes32 algorithm, uint256 index, bytes calldata chunk) external;

    /// @notice Checks the hash of all bytes of the caller's upload; only then can the algorithm be approved. Does nothing
    /// once it is sealed.
    function seal(bytes32 algorithm) external;

    /// @notice Approves that an algorithm counts from a timestep on. The approval that makes the quorum activates it. The
    /// timestep must be after the next one, after every activation so far, and not more than a year of quarter-hours ahead. At
    /// most 32 approvals of one operator in any 30 days of block time.
    function approve(bytes32 algorithm, uint32 fromTimestep) external;

    /// @return the algorithm that counts for a timestep; 0 before the first
    function algorithmAt(uint32 timestep) external view returns (bytes32);

    /// @notice Of the sealed upload; (0, 0, false) before.
    function sizeOf(bytes32 algorithm) external view returns (uint32 size, uint16 chunks, bool stored);
    /// @notice A chunk of the sealed upload.
    function chunkOf(bytes32 algorithm, uint256 index) external view returns (bytes memory);
    function chunkBytes() external pure returns (uint256);
}
