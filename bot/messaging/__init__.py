"""What all channels share: messages, buttons, words, links, the way out."""
