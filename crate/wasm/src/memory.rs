//! The allocator: lists of free blocks by size, a seventh of the code of the one that Rust brings for wasm.
//!
//! Blocks have sizes of 16, 32, 48, 64, 96, 128, 192, … bytes and are cut from the end of the memory. One that is
//! freed waits in the list of its size for the next that asks for it. Nothing is joined or given back: an engine asks
//! for the same sizes again and again, and its memory goes with the page.

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    ptr::{self, null_mut},
};

/// The unit of all blocks, and what they are aligned to: no type asks for more.
const UNIT: usize = 16;
/// A block of the last size would be as large as the address space.
const SIZES: usize = 56;

/// A heap that takes more memory by `grow`, which gives the start of that many bytes more, or null.
pub(crate) struct Heap {
    state: UnsafeCell<State>,
    grow: fn(usize) -> *mut u8,
}

struct State {
    /// For each size the first free block. Its first word is the address of the next one.
    free: [*mut u8; SIZES],
    /// What was taken and not yet cut into blocks.
    start: *mut u8,
    length: usize,
}

// SAFETY: wasm without the feature `atomics` has one thread. Tests use a heap from one thread each.
unsafe impl Sync for Heap {}

/// The number and the bytes of the smallest size in which `size` bytes have room: of two or three times a power of
/// two units.
fn block(size: usize) -> (usize, usize) {
    let last = size.saturating_sub(1) / UNIT;
    if last < 2 {
        return (last, (last + 1) * UNIT);
    }
    let shift = last.ilog2() - 1;
    let top = (last >> shift) + 1;
    (2 * shift as usize + top - 1, (top << shift) * UNIT)
}

/// The word of a free block that holds the address of the next one.
fn link(block: *mut u8) -> *mut *mut u8 {
    block.cast()
}

impl Heap {
    pub(crate) const fn new(grow: fn(usize) -> *mut u8) -> Self {
        let state = State { free: [null_mut(); SIZES], start: null_mut(), length: 0 };
        Self { state: UnsafeCell::new(state), grow }
    }
}

// SAFETY: a block that is given out is as large as asked for at least, aligned to a unit, and in no list: it is
// either taken off one or cut from memory that no other block was cut from. Null says that there is none.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (number, bytes) = block(layout.size());
        // SAFETY: nothing called from here comes back to this heap, so that it is the only reference.
        let state = unsafe { &mut *self.state.get() };
        let Some(first) = state.free.get_mut(number).filter(|_| layout.align() <= UNIT) else {
            return null_mut();
        };
        if !first.is_null() {
            let found = *first;
            // SAFETY: a block in a list was written by `dealloc`, holds a word and is aligned to it.
            *first = unsafe { link(found).read() };
            return found;
        }
        if state.length < bytes {
            let more = (self.grow)(bytes);
            if more.is_null() {
                return null_mut();
            }
            // What is behind the block in the page that it ends in.
            let length = bytes.next_multiple_of(PAGE);
            if more == state.start.wrapping_add(state.length) {
                state.length += length;
            } else {
                (state.start, state.length) = (more, length);
            }
        }
        let found = state.start;
        // SAFETY: `length` bytes from `start` on belong to the heap, and a block is no larger.
        state.start = unsafe { found.add(bytes) };
        state.length -= bytes;
        found
    }

    unsafe fn dealloc(&self, freed: *mut u8, layout: Layout) {
        let (number, _) = block(layout.size());
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.state.get() };
        if let Some(first) = state.free.get_mut(number) {
            // SAFETY: the caller gives back a block of this heap, which has room for a word.
            unsafe { link(freed).write(*first) };
            *first = freed;
        }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if block(layout.size()) == block(size) {
            return old;
        }
        // SAFETY: the caller's size is one that a layout may have.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks hold this many bytes, and a new block is no other one's.
            unsafe {
                ptr::copy_nonoverlapping(old, new, layout.size().min(size));
                self.dealloc(old, layout);
            }
        }
        new
    }
}

/// A page of wasm memory.
const PAGE: usize = 0x1_0000;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: Heap = Heap::new(|bytes| {
    let before = std::arch::wasm32::memory_grow(0, bytes.div_ceil(PAGE));
    if before == usize::MAX { null_mut() } else { ptr::with_exposed_provenance_mut(before * PAGE) }
});

#[cfg(test)]
mod tests {
    use std::alloc::System;

    use super::*;

    fn grow(bytes: usize) -> *mut u8 {
        let layout = Layout::from_size_align(bytes.next_multiple_of(PAGE), PAGE).unwrap();
        // SAFETY: it asks for a page at least.
        unsafe { System.alloc(layout) }
    }

    #[test]
    fn sizes_waste_a_third_at_most() {
        assert_eq!(
            [0, 1, 16, 17, 48, 49, 65, 97, 129].map(|size| block(size).1),
            [16, 16, 16, 32, 48, 64, 96, 128, 192]
        );
        for size in (33..100_000).chain([usize::from(u16::MAX) << 15]) {
            let (number, bytes) = block(size);
            assert!(size <= bytes && bytes - size <= bytes / 3 && bytes.is_multiple_of(UNIT), "{size}");
            assert_eq!(block(bytes), (number, bytes));
            assert!(number < SIZES && block(bytes + 1).0 == number + 1, "{size}");
        }
    }

    #[test]
    fn blocks_keep_what_is_written_and_share_nothing() {
        let heap = Heap::new(grow);
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut chance: u32 = 1;
        for step in 0..20_000_u32 {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = (chance >> 8) as usize % if step % 50 == 0 { 200_000 } else { 300 } + 1;
            let mark = (chance >> 24) as u8;
            // SAFETY: what is written lies in blocks that the heap gave out with these layouts.
            unsafe {
                if chance >> 4 & 3 < 2 || held.is_empty() {
                    let layout = Layout::from_size_align(size, 1 << (chance % 5)).unwrap();
                    let block = heap.alloc(layout);
                    assert!(!block.is_null() && (block as usize).is_multiple_of(layout.align()));
                    block.write_bytes(mark, size);
                    held.push((block, layout, mark));
                    continue;
                }
                let (block, layout, mark) = held.swap_remove(chance as usize / 7 % held.len());
                let kept =
                    |block: *mut u8, size| std::slice::from_raw_parts(block, size).iter().all(|&b| b == mark);
                assert!(kept(block, layout.size()));
                if chance >> 4 & 3 == 2 {
                    heap.dealloc(block, layout);
                } else {
                    let moved = heap.realloc(block, layout, size);
                    assert!(kept(moved, size.min(layout.size())));
                    moved.write_bytes(mark, size);
                    held.push((moved, Layout::from_size_align(size, layout.align()).unwrap(), mark));
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_had_is_null() {
        let heap = Heap::new(|_| null_mut());
        // SAFETY: neither layout is empty.
        unsafe {
            assert!(heap.alloc(Layout::new::<u64>()).is_null());
            assert!(heap.alloc(Layout::from_size_align(8, 32).unwrap()).is_null());
        }
    }

    #[test]
    fn a_freed_block_is_the_next_of_its_size() {
        let heap = Heap::new(grow);
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        // SAFETY: the layouts are those of the blocks.
        unsafe {
            let first = heap.alloc(layout(100));
            heap.dealloc(first, layout(100));
            assert_ne!(heap.alloc(layout(90)), first);
            assert_eq!(heap.alloc(layout(128)), first);
            assert_eq!(heap.realloc(first, layout(128), 97), first);
        }
    }
}
